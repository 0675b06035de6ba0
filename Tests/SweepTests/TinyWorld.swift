import Market
import Platform
import Support
import Sweep
import TickFile

/// A folder with a small venue, tick files and a study, all made by hand.
struct TinyWorld {
  let folder: TemporaryDirectory

  /// Two instruments over one stable; a maintenance rate of 1 % and a clearance fee of 2⁻⁸ keep sums exact.
  static let venue = """
    name: toy
    source: made by hand
    assets:
      USDT: {stable: true}
      BTC: {index_from: BTCUSDT, bid_buffer: 0.05, auto_bid_buffer: 0.025}
      ETH: {index_from: ETHUSDT, bid_buffer: 0.1, auto_bid_buffer: 0.05}
    instruments:
      BTCUSDT:
        base: BTC
        margin_asset: USDT
        lot: 0.001
        taker_fee: 0
        liquidation_fee: 0.00390625
        brackets: [{floor: 0, rate: 0.01, max_leverage: 50}]
      ETHUSDT:
        base: ETH
        margin_asset: USDT
        lot: 0.01
        taker_fee: 0
        liquidation_fee: 0.00390625
        brackets: [{floor: 0, rate: 0.01, max_leverage: 50}, {floor: 100000, rate: 0.02, max_leverage: 25}]
      ADAUSDT:
        base: ADA
        margin_asset: USDT
        lot: 1
        taker_fee: 0
        liquidation_fee: 0
        brackets: [{floor: 0, rate: 0.01, max_leverage: 50}]
    """

  init() throws {
    folder = try TemporaryDirectory()
    try folder.write("toy.yaml", Self.venue + "\n")
  }

  static let library = VenueLibrary(folder: nil)

  /// 2021-05-19T12:00:00Z.
  static let start: Int64 = 1_621_425_600_000_000_000

  /// Writes a tick file; `rows` are seconds after the start, series and price.
  func ticks(_ name: String, _ rows: [(Int64, SeriesKey, String)], ticksPerBlock: Int = 65_536) throws {
    let metadata = TickFileMetadata(source: "by hand", tool: "test", notes: [(key: "made", value: "by hand")])
    let writer = try TickFileWriter(
      path: folder.file(name), force: true, metadata: metadata,
      options: TickFileOptions(ticksPerBlock: ticksPerBlock))
    for (second, key, price) in rows {
      guard let decimal = ExactDecimal(price) else { continue }
      let time = Timestamp(nanoseconds: Self.start + second * 1_000_000_000)
      try writer.append(Tick(time: time, series: try writer.series(key), price: decimal))
    }
    _ = try writer.finish()
  }

  /// Plans the study of this text.
  func plan(_ study: String, settings: [String] = []) throws -> SweepPlan {
    let path = try folder.write("study.yaml", study)
    return try SweepPlan(study: try Study(path: path, settings: settings), library: Self.library)
  }

  /// Runs a plan into a directory of this folder.
  @discardableResult
  func run(_ plan: SweepPlan, _ name: String, _ options: SweepOptions = SweepOptions()) throws -> SweepOutcome
  {
    try SweepRun(plan: plan, directory: folder.file(name), options: options).run()
  }
}

let btc = SeriesKey(symbol: "BTCUSDT", kind: .trade)
let eth = SeriesKey(symbol: "ETHUSDT", kind: .trade)
