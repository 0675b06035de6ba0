internal import Engine
internal import Margin
internal import Platform
internal import TickFile

extension BenchRequest {
  /// Measures every book, one after the other.
  ///
  /// - Parameter report: gets each result as soon as it is there.
  /// - Throws: `RunError` where two runs come to different results, or interrupted.
  public func run(_ report: (BenchResult) throws -> Void) throws {
    let files = try BenchTicks(self)
    let recorded = self.files.isEmpty ? nil : try BenchMarket(paths: self.files)
    let books = try modes.flatMap { mode in
      if let recorded { return [(mode: mode, market: recorded)] }
      return try sizes(mode).map { (mode: mode, market: try files.market(instruments: $0)) }
    }
    let meter = BenchMeter(self, books: books.count)
    defer { meter.finish() }
    for (mode, market) in books {
      let hasFunding = hasFunding ?? (mode == .multiAsset)
      let book = try BenchBook(mode, market, hasFunding: hasFunding, seed: seed)
      for accounts in accounts {
        // Each trial holds the ticks anew, so that the peak of memory is its own.
        let trial = try EngineTrial(book.replay, kernel: kernel)
        var measurement = try Measurement(self, book, trial, accounts: accounts, meter)
        try report(try measurement.run())
      }
    }
  }

  /// The numbers of instruments to be measured in a mode.
  private func sizes(_ mode: MarginMode) -> [Int] {
    instruments.isEmpty ? [mode == .loan ? 31 : 3] : instruments
  }
}

/// Progress by account-ticks of dense runs, which are what takes the time.
final class BenchMeter {
  private static let unit = 1_000_000
  private let meter: ProgressMeter
  private var share = 0.0
  private var done = 0
  /// Account-ticks under way, in units.
  private var size = 0

  init(_ request: BenchRequest, books: Int) {
    let runs = request.accounts.reduce(0) { $0 + Self.size($1, request) }
    meter = ProgressMeter("bench", total: runs * books, unit: "M checks", mode: request.progress)
  }

  private static func size(_ accounts: Int, _ request: BenchRequest) -> Int {
    2 * request.rounds * max(1, accounts * request.ticks / unit)
  }

  /// The next measurement.
  func begin(_ accounts: Int, _ request: BenchRequest) {
    size = Self.size(accounts, request)
    share = 0
    done = 0
  }

  /// The measurement is done up to a share.
  func set(_ share: Double) {
    let now = Int(share * Double(size))
    meter.advance(by: max(0, now - done))
    done = max(done, now)
  }

  func finish() { meter.finish() }
}
