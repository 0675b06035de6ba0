import Market
import Platform
import TickFile
import Testing

@testable import TickGenerate

/// Collateral assets as they are written, and their index prices.
@Suite struct GeneratedAssetTests {
  @Test func textDescribesAnAsset() throws {
    #expect(try GeneratedAsset(parsing: "USDC") == GeneratedAsset(name: "USDC"))
    let wrapped = try GeneratedAsset(parsing: "WBETH:follows=ETHUSDT,ratio=1.08,tick=0.01,low=0.5")
    #expect(wrapped.follows == "ETHUSDT" && wrapped.ratio == 1.08 && wrapped.depegLow == 0.5)
    #expect(wrapped.tickSize == ExactDecimal(mantissa: 1, scale: 2))
    let known = try GeneratedAsset(parsing: "USDE:low=0.9", scenario: .crash20251010)
    #expect(known.depegLow == 0.9)
  }

  @Test(arguments: [
    ("USDC:ratio", "'ratio' is no NAME=VALUE"), ("USDC:ratio=x", "'ratio=x' is no NAME=NUMBER"),
    ("USDC:colour=1", "unknown part 'colour'"), ("USDC:low=0", "USDC: the low is 0.0"),
    ("USDC:ratio=0", "USDC: the ratio is 0.0"), ("USDC:tick=0", "USDC: the tick is 0"),
    ("", "this is no name"),
  ])
  func wrongText(text: String, problem: String) {
    #expect {
      _ = try GeneratedAsset(parsing: text)
    } throws: {
      ($0 as? InputError)?.problem.contains(problem) ?? false
    }
  }

  @Test func aWrappedCoinFollowsItsLeader() throws {
    var request = GenerateRequest(output: "unused", length: .duration(hours(3)), seed: 6)
    request.assets = [
      GeneratedAsset(
        name: "WBTC", follows: "BTCUSDT", ratio: 1.5, tickSize: ExactDecimal(mantissa: 1, scale: 2)),
      GeneratedAsset(name: "USDC"),
    ]
    request.hasIndexes = true
    let made = try Generated(request)
    let (own, leader) = (made.ticks("WBTC", .index), made.ticks("BTCUSDT", .index))
    #expect(own.count == 3 * 3600 && own.map(\.time) == leader.map(\.time))
    // Within five standard deviations of the wander of 0.0003.
    for (a, b) in zip(own, leader) { #expect((a.price.double / b.price.double / 1.5 - 1).magnitude < 0.0016) }
    #expect(made.ticks("USDC", .index).allSatisfy { ($0.price.double - 1).magnitude < 0.0016 })
    #expect(made.keys.suffix(2).map(\.symbol) == ["WBTC", "USDC"])
  }

  @Test func assetsOfTheScenarioComeWithTheirLeaders() {
    func names(_ instruments: [GeneratedInstrument]?) -> [String] {
      GenerateRequest(output: "unused", instruments: instruments, scenario: .crash20251010).assets.map(\.name)
    }
    #expect(names(nil) == ["USDE", "WBETH", "BNSOL"])
    #expect(names([Scenario.crash20251010.instruments[1]]) == ["USDE", "WBETH"])
    #expect(GenerateRequest(output: "unused").assets.isEmpty)
  }
}
