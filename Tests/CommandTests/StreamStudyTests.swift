import Foundation
import Support
import Testing

/// Sweeps straight from recorded streams of an exchange, held to a replay that knows nothing but the prices
/// in the export and one sum: wallet + Σ quantity · (mark − entry) against 1 % of the notional.
@Suite(
  .enabled(if: sharedData("data/ticks-binance-usdm") != nil, "the shared data folder is absent"))
struct StreamStudyTests {
  private static let files = ["points.csv", "liquidations.csv", "conversions.csv", "accounts.csv"]
  private static let rate = 0.01

  private static let venue = """
    name: toy
    source: made by hand
    assets:
      USDT: {stable: true}
      BTC: {index_from: BTCUSDT, bid_buffer: 1}
      ETH: {index_from: ETHUSDT, bid_buffer: 1}
    instruments:
      BTCUSDT: {base: BTC, margin_asset: USDT, lot: 0.001, taker_fee: 0, liquidation_fee: 0,
        brackets: [{floor: 0, rate: 0.01, max_leverage: 100}]}
      ETHUSDT: {base: ETH, margin_asset: USDT, lot: 0.001, taker_fee: 0, liquidation_fee: 0,
        brackets: [{floor: 0, rate: 0.01, max_leverage: 100}]}

    """

  /// An account of a book: what it holds of each instrument, from which price on, with how much money.
  private struct Owner {
    var name: String
    var wallet: Double
    var positions: [(instrument: String, quantity: Double, entry: Double)]

    var line: String {
      let positions = positions.map {
        "{\"instrument\": \"\($0.instrument)\", \"quantity\": \($0.quantity), \"entry\": \($0.entry)}"
      }
      return "{\"account\": \"\(name)\", \"mode\": \"cross\", \"balances\": {\"USDT\": \(wallet)}, "
        + "\"positions\": [\(positions.joined(separator: ", "))]}"
    }

    /// Whether its margin is used up; nil before all prices are known.
    func isLiquidated(_ marks: [String: Double], _ funding: Double) -> Bool? {
      var (equity, notional) = (wallet - funding, 0.0)
      for position in positions {
        guard let mark = marks[position.instrument] else { return nil }
        equity += position.quantity * (mark - position.entry)
        notional += abs(position.quantity) * mark
      }
      return equity - StreamStudyTests.rate * notional <= 0
    }
  }

  /// An instant: records of one time, none of a series twice.
  private struct Moment {
    var time: String
    var records: [(symbol: String, kind: String, price: Double)]
  }

  /// Imports the captures whose names end so; the moments of the tick file out of records of these kinds,
  /// prints outside of the market left out.
  private func imported(_ days: [String], _ kinds: Set<String>, in sandbox: Sandbox) throws -> [Moment] {
    let folder = try #require(sharedData("data/ticks-binance-usdm"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let inputs = names.filter { name in days.contains { name.hasSuffix("stream-\($0).gz") } }
    let arguments = ["ticks", "import"] + inputs.map { "\(folder)/\($0)" } + ["--out", "t.ticks.zst"]
    let result = try runBinary(arguments, directory: sandbox.path)
    #expect(result.status == 0, "\(result.stderr)")
    try sandbox.run("ticks", "export", "t.ticks.zst", "--out", "t.csv")
    var moments: [Moment] = []
    for line in try sandbox.text("t.csv").split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields[5] == "0", kinds.contains(fields[2]), let price = Double(fields[3]) else { continue }
      let isSame = moments.last?.time == fields[0]
      let isRepeat =
        moments.last?.records.contains { $0.symbol == fields[1] && $0.kind == fields[2] } ?? false
      if !isSame || isRepeat { moments.append(Moment(time: fields[0], records: [])) }
      moments[moments.count - 1].records.append((fields[1], fields[2], price))
    }
    return moments
  }

  /// The time at which each owner is liquidated, and what all of them pay for funding, worked out from the
  /// moments. Who is not sound when all prices are known for the first time does not take part.
  private func expected(
    _ owners: [Owner], _ moments: [Moment], mark kind: String
  ) -> (times: [String: String], funding: Double) {
    var (marks, bids, asks): ([String: Double], [String: Double], [String: Double]) = ([:], [:], [:])
    var (times, paid): ([String: String], [String: Double]) = ([:], [:])
    var (waiting, present) = (owners, [Owner]())
    for moment in moments {
      for record in moment.records {
        if record.kind == kind { marks[record.symbol] = record.price }
        if record.kind == "bid" { bids[record.symbol] = record.price }
        if record.kind == "ask" { asks[record.symbol] = record.price }
        guard kind == "mid", let bid = bids[record.symbol], let ask = asks[record.symbol] else { continue }
        marks[record.symbol] = (bid + ask) / 2
      }
      for record in moment.records where record.kind == "funding" {
        for owner in present {
          for position in owner.positions where position.instrument == record.symbol {
            paid[owner.name, default: 0] += position.quantity * (marks[record.symbol] ?? 0) * record.price
          }
        }
      }
      for owner in present where owner.isLiquidated(marks, paid[owner.name] ?? 0) == true {
        times[owner.name] = moment.time
      }
      present.removeAll { times[$0.name] != nil }
      present += waiting.filter { $0.isLiquidated(marks, 0) == false }
      waiting.removeAll { $0.isLiquidated(marks, 0) != nil }
    }
    return (times, paid.values.reduce(0, +))
  }

  /// Sweeps with every engine, which must give the same bytes; the rows of liquidations and of points.
  private func swept(
    _ owners: [Owner], mark: String, in sandbox: Sandbox
  ) throws -> (liquidations: [[String: String]], point: [String: String]) {
    try sandbox.write("toy.yaml", Self.venue)
    try sandbox.write("book.jsonl", owners.map { $0.line + "\n" }.joined())
    try sandbox.write(
      "study.yaml",
      """
      name: streams
      ticks: [t.ticks.zst]
      mark: \(mark)
      venue: toy.yaml
      population: {book: book.jsonl}
      report: {accounts: true}

      """)
    for engine in ["reference", "dense", "pruned"] {
      let result = try sandbox.run("sweep", "study.yaml", "--out", engine, "--engine", engine)
      #expect(result.status == 0, "\(result.stderr)")
      for file in Self.files {
        #expect(
          try sandbox.bytes("\(engine)/\(file)") == sandbox.bytes("reference/\(file)"), "\(engine) \(file)")
      }
    }
    let rows = Table(try sandbox.text("pruned/liquidations.csv")).rows
    return (rows, try #require(Table(try sandbox.text("pruned/points.csv")).rows.first))
  }

  /// The money with which the owner of one BTC is liquidated at this mark, and at none that is better.
  private func owner(_ side: String, entry: Double, at mark: Double) -> Owner {
    let quantity = side == "long" ? 1.0 : -1
    let wallet = Self.rate * mark - quantity * (mark - entry)
    return Owner(
      name: "\(side)-\(mark)", wallet: (wallet * 1e6).rounded() / 1e6,
      positions: [("BTCUSDT", quantity, entry)])
  }

  @Test func theMarkAndTheFundingOf2023() throws {
    let sandbox = try Sandbox()
    let moments = try imported(["20230404", "20230405"], ["mark", "funding"], in: sandbox)
    // Marks go from 28,138.52 to 28,158.80; one that followed the insurance fund's print took all shorts.
    let owners =
      stride(from: 28_130.25, to: 28_150, by: 0.5).map { owner("long", entry: 28_150, at: $0) }
      + stride(from: 28_150.25, to: 28_700, by: 2.5).map { owner("short", entry: 28_150, at: $0) }
    let (times, funding) = expected(owners, moments, mark: "mark")
    let (liquidations, point) = try swept(owners, mark: "mark", in: sandbox)
    #expect(
      Dictionary(uniqueKeysWithValues: liquidations.map { ($0["account"] ?? "", $0["time"] ?? "") }) == times)
    #expect(times.count > 20 && times.count < owners.count / 2)
    #expect(liquidations.compactMap { $0["mark"].flatMap(Double.init) }.allSatisfy { $0 <= 28_158.8 })
    // At 00:00 each long that is left pays 28,157.10 · 0.0000276, and each short receives it.
    let one = 28_157.10 * 0.0000276
    #expect(abs((funding / one).rounded() - funding / one) < 1e-6 && abs(funding) > 2 * one)
    let told = try #require(point["funding"].flatMap(Double.init))
    #expect(abs(told + funding) < 1e-6 || abs(told - funding) < 1e-6, "\(told), expected \(funding)")
    #expect(
      moments.contains {
        $0.time.hasPrefix("2023-04-05T00:00:00.000") && $0.records.contains { $0.kind == "funding" }
      })
  }

  @Test func thePrintOfTheInsuranceFundIsNoMark() throws {
    let sandbox = try Sandbox()
    let moments = try imported(["20230404", "20230405"], ["trade", "funding"], in: sandbox)
    #expect(try sandbox.text("t.csv").contains(",BTCUSDT,trade,28722.5,"))
    let shorts = stride(from: 28_160.25, to: 28_722, by: 10).map { owner("short", entry: 28_150, at: $0) }
    let longs = stride(from: 28_130.25, to: 28_150, by: 1).map { owner("long", entry: 28_150, at: $0) }
    let (times, _) = expected(shorts + longs, moments, mark: "trade")
    let (liquidations, point) = try swept(shorts + longs, mark: "trade", in: sandbox)
    #expect(
      Dictionary(uniqueKeysWithValues: liquidations.map { ($0["account"] ?? "", $0["time"] ?? "") }) == times)
    #expect(liquidations.count > 5 && liquidations.count < longs.count)
    #expect(liquidations.allSatisfy { $0["side"] == "long" })
    #expect(point["liquidated_accounts"] == "\(liquidations.count)")
  }

  @Test func twoInstrumentsOf2024() throws {
    let sandbox = try Sandbox()
    let moments = try imported(["20240808"], ["bid", "ask"], in: sandbox)
    // Long BTC against short ETH, and long both: of 61,840 to 61,590 and 2,685 to 2,678.
    var owners: [Owner] = []
    for step in 0..<60 {
      for (name, coins) in [("both", 20.0), ("against", -20)] {
        let notional = 61_700 + abs(coins) * 2_680
        owners.append(
          Owner(
            name: "\(name)-\(step)", wallet: Self.rate * notional - 150 + 7.5 * Double(step) + 0.0003,
            positions: [("BTCUSDT", 1, 61_700), ("ETHUSDT", coins, 2_680)]))
      }
    }
    let (times, _) = expected(owners, moments, mark: "mid")
    let (liquidations, _) = try swept(owners, mark: "mid", in: sandbox)
    var found: [String: String] = [:]
    for row in liquidations { found[row["account"] ?? "", default: row["time"] ?? ""] = row["time"] ?? "" }
    #expect(found == times)
    #expect(times.count > 10 && times.count < owners.count)
    #expect(Set(liquidations.compactMap { $0["instrument"] }) == ["BTCUSDT", "ETHUSDT"])
    #expect(Set(times.keys.map { $0.prefix(4) }) == ["both", "agai"])
  }
}
