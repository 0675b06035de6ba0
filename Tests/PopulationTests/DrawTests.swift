import Margin
import Market
import Platform
import Support
import Testing

@testable import Population

/// A person depends on the seed and his number alone.
struct DrawTests {
  private static let cohorts = """
    cohorts:
      - name: holders
        weight: 0.3
        mode: multi-asset
        equity: {lognormal: {median: 20000, sigma: 1.2}}
        collateral: {dirichlet: {BTC: 2, ETH: 1, USDT: 5}}
        leverage: {choice: [2, 5, 10, 20]}
        positions: {random: 2, long: 0.55}
        open: {uniform: {from: 2021-05-18, to: 2021-05-19}}
      - name: traders
        weight: 0.7
        mode: isolated
        equity: {uniform: {low: 100, high: 1000}}
        collateral: {USDT: 1}
        leverage: {uniform: {low: 1, high: 20}}
        positions: {random: [BTCUSDT, ETHUSDT], long: 0.5}
    """

  private static func text(_ accounts: Int, seed: Int = 7) -> String {
    "accounts: \(accounts)\nseed: \(seed)\n" + cohorts
  }

  @Test func theSizeOfThePopulationChangesNobody() throws {
    let (small, large) = (try plan(Self.text(50)), try plan(Self.text(100_000_000)))
    for number in 0..<50 { #expect(small.person(number) == large.person(number), "person \(number)") }
    let other = try plan(Self.text(50, seed: 8))
    #expect((0..<50).filter { small.person($0) == other.person($0) }.isEmpty)
  }

  @Test func axesLeaveEverythingElseAsItIs() throws {
    let plain = try plan(Self.text(200))
    let levered = try plan(Self.text(200), context: PopulationContext(leverage: 50))
    let crossed = try plan(Self.text(200), context: PopulationContext(mode: .cross))
    for number in 0..<200 {
      let person = plain.person(number)
      var expected = person
      expected.leverage = 50
      #expect(levered.person(number) == expected, "person \(number)")
      #expect(crossed.person(number) == person, "person \(number)")
    }
    #expect(crossed.cohorts.allSatisfy { $0.mode == .cross })
    #expect(plain.cohorts.map(\.mode) == [.multiAsset, .isolated])
  }

  /// Each value of a cohort has draws of its own.
  @Test func oneDrawChangesNoOther() throws {
    let plain = try plan(Self.text(200))
    let changed = try plan(
      Self.text(200).replacingFirst("{dirichlet: {BTC: 2, ETH: 1, USDT: 5}}", "{USDT: 1}")
        .replacingFirst("{choice: [2, 5, 10, 20]}", "3").replacingFirst("long: 0.55", "long: 1"))
    for number in 0..<200 {
      let (a, b) = (plain.person(number), changed.person(number))
      #expect(a.cohort == b.cohort && a.equity == b.equity && a.notBefore == b.notBefore, "person \(number)")
      #expect(a.positions.map(\.instrument) == b.positions.map(\.instrument), "person \(number)")
    }
  }

  @Test func drawsFollowTheirDistributions() throws {
    let recipe = try plan(Self.text(4000))
    let people = (0..<4000).map(recipe.person)
    let holders = people.filter { $0.cohort == 0 }
    // Four standard errors each: √(0.21/4000) = 0.0072 for the cohorts, 0.0144 for half of 1,200.
    #expect(abs(Double(holders.count) / 4000 - 0.3) < 0.029)
    #expect(abs(Double(holders.filter { $0.equity > 20_000 }.count) / Double(holders.count) - 0.5) < 0.06)
    let bitcoin = holders.reduce(0) { $0 + ($1.collateral.first { $0.asset.rawValue == 2 }?.share ?? 0) }
    #expect(abs(bitcoin / Double(holders.count) - 0.25) < 0.02)
    #expect(Set(holders.map(\.leverage)) == [2, 5, 10, 20])
    #expect(holders.allSatisfy { Set($0.positions.map(\.instrument)).count == 2 })
    let from = try #require(Timestamp("2021-05-18"))
    let to = try #require(Timestamp("2021-05-19"))
    #expect(holders.allSatisfy { $0.notBefore.map { $0 >= from && $0 < to } ?? false })
    let traders = people.filter { $0.cohort == 1 }
    #expect(traders.allSatisfy { (100..<1000).contains($0.equity) && (1..<20).contains($0.leverage) })
    #expect(traders.allSatisfy { $0.notBefore == nil && $0.positions.count == 1 })
  }

  @Test func aWindowIsNeededWhereItIsNamed() throws {
    let text = cohort(["open": "{uniform: window}"])
    #expect(throws: InputError.self) { try population(text) }
    let window = Timestamp(nanoseconds: 10)..<Timestamp(nanoseconds: 12)
    let recipe = try plan(text, context: PopulationContext(window: window))
    #expect(
      Set((0..<50).map { recipe.person($0).notBefore }) == [.init(nanoseconds: 10), .init(nanoseconds: 11)])
  }

  @Test func randomPicksOnlyWhatCanBeTraded() throws {
    let context = PopulationContext(tradable: [InstrumentIndex(1)])
    let recipe = try plan(cohort(["positions": "{random: 1}"]), context: context)
    #expect((0..<20).allSatisfy { recipe.person($0).positions.map(\.instrument.rawValue) == [1] })
    #expect(throws: InputError.self) { try plan(cohort(["positions": "{random: 2}"]), context: context) }
  }

  @Test func needsNameEverythingThatMustHaveAPrice() throws {
    let people = try population(
      cohort([
        "collateral": "{ETH: 1}", "positions": "{BTCUSDC: 1}", "open": "2021-05-18T00:00:00Z",
        "spot": "{BTC: 3}", "actions": "[{at: 2021-05-19, do: transfer, asset: USDT, amount: 5}]",
      ]))
    let need = people.need(of: 3)
    #expect(need.assets.map(\.rawValue) == [0, 1, 3])
    #expect(need.instruments.map(\.rawValue) == [2])
    #expect(need.notBefore == Timestamp("2021-05-18"))
  }
}

extension String {
  /// The text with the first occurrence of a part replaced.
  func replacingFirst(_ part: String, _ other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return replacingCharacters(in: range, with: other)
  }

  private func firstRange(of part: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }

  private func replacingCharacters(in range: Range<String.Index>, with other: String) -> String {
    self[..<range.lowerBound] + other + self[range.upperBound...]
  }
}
