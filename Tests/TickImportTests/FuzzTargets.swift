import Foundation
import Market
import Platform
import Support
import TickFile

@testable import TickImport

extension FuzzTarget {
  /// What the reader gives although it must not.
  struct Wrong: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
  }

  /// Imports the file in two ways that must agree: small chunks on one thread, large ones on several.
  static func importing(_ path: String, _ change: (inout ImportRequest) -> Void) throws -> String {
    func outcome(_ threads: Int, _ chunk: Int) throws -> (lines: [String], text: String) {
      do {
        let (sink, summary) = try importFiles([path]) {
          change(&$0)
          ($0.threads, $0.chunkSize) = (threads, chunk)
        }
        try check(sink)
        let formats = summary.inputs.map(\.format).joined()
        let doubts = summary.doubts.keys.sorted().joined(separator: ";")
        return (sink.lines, "\(formats) \(doubts) \(min(sink.ticks.count, 8))")
      } catch let error as any Failure {
        return ([], error.description)
      }
    }
    let small = try outcome(1, 50)
    let large = try outcome(3, 1 << 18)
    guard small.lines == large.lines, small.text == large.text else {
      throw Wrong("chunks decide: \(small.text) or \(large.text)")
    }
    return Fuzzer.shape(small.text)
  }

  /// What every tick promises.
  private static func check(_ sink: ListSink) throws {
    var last = Int64.min
    for tick in sink.ticks {
      guard tick.time.nanoseconds >= last else { throw Wrong("ticks out of order") }
      last = tick.time.nanoseconds
      let isFunding = sink.keys[tick.series].kind == .funding
      guard isFunding || tick.price.mantissa > 0 else { throw Wrong("a price of \(tick.price)") }
      for value in [tick.price, tick.size].compactMap({ $0 }) {
        guard value.mantissa.magnitude < 1 << 53, (0...22).contains(value.scale) else {
          throw Wrong("a number of too many digits, \(value.mantissa) at \(value.scale)")
        }
      }
      guard Name.isValid(sink.keys[tick.series].symbol) else { throw Wrong("a series without a name") }
    }
  }

  static let candles = FuzzTarget(
    name: "candles", file: "BTCUSDT-1m-x.csv",
    seeds: [
      CandlePathTests.candles,
      "1621425600000,1,3,0.5,2,9,1621425659999,9,1,1,1,0\n"
        + "1621425660000,2,3,0.5,1,9,1621425719999,9,1,1,1,0\n",
    ].map { Array($0.utf8) },
    run: { try importing($0) { $0.interval = TimeSpan(nanoseconds: minute) } })

  static let tables = FuzzTarget(
    name: "tables", file: "BTCUSDT-x.csv",
    seeds: [
      BinanceTableTests.trades, BinanceTableTests.aggregates, BinanceTableTests.spotAggregates,
      "7,99.9,1.5,100.1,2,1621425600000,1621425600004\n", "1621382400004,8,0.0001\n1621411200000,8,0\n",
      "symbol,funding_time,funding_rate\nBTCUSDT,1621382400000,0.00010000\n", TickFileRoundTripTests.table,
      OtherSourceTests.tardis + "deribit,BTC-PERPETUAL,1621425600000000,1,ab-1,buy,100.50,10\n",
      OtherSourceTests.ticker + "x,BTCUSDT,1621425600000000,1,1621425601000000,0.0001,,5,99,100.5,100.25\n",
    ].map { Array($0.utf8) },
    run: {
      try importing($0) {
        $0.maxJump = 0.5
        $0.maxGap = TimeSpan(nanoseconds: minute)
      }
    })

  static let messages = FuzzTarget(
    name: "messages", file: "capture",
    seeds: [
      StreamTests.trade(1, StreamTests.start, "100")
        + StreamTests.trade(2, StreamTests.start, "1", kind: "NA")
        + StreamTests.mark(StreamTests.start, "0.0001", next: StreamTests.start + 1000)
        + StreamTests.mark(StreamTests.start + 1001, "0.0002", next: StreamTests.start + 1000)
        + "16 {\"e\":\"depthUpdate\",\"b\":[[\"1\",\"2\"]]}\n{\"lastUpdateId\":7,\"bids\":[[\"1\",\"2\"]]}\n"
        + "1621425600000001 {\"u\":1,\"s\":\"BNBUSDT\",\"b\":\"25.35\",\"B\":\"31\","
        + "\"a\":\"25.36\",\"A\":\"4\"}\n"
    ].map { Array($0.utf8) },
    run: { try importing($0) { _ in } })

  static let lean = FuzzTarget(
    name: "lean", file: "20131009_aig_Quote_Tick.csv",
    seeds: [
      "14400521,475000,200,0,0,P,1,0\n14400522,475000,200,484800,3000,P,1,1\n", "250.5,63.25,0.5,64,1\n",
    ]
    .map { Array($0.utf8) },
    run: { try importing($0) { _ in } })

  static let containers = FuzzTarget(
    name: "containers", file: "BTCUSDT-1m.csv.gz",
    seeds: [
      CompressedTests.gzip, CompressedTests.zstd, CompressedTests.zip,
      MemberTests.member(MemberTests.text[..<45]) + MemberTests.member(MemberTests.text[45...]),
      MemberTests.skippable + MemberTests.frame(MemberTests.text[..<45])
        + MemberTests.frame(MemberTests.text[45...]),
    ],
    run: { try importing($0) { $0.interval = TimeSpan(nanoseconds: minute) } })

  static let databento = FuzzTarget(
    name: "databento", file: "x.dbn", seeds: DBNFixture.all, run: { try importing($0) { _ in } })

  static let tickFile = FuzzTarget(
    name: "tick-file", file: "x.ticks.zst", seeds: [tickFileSeed],
    run: { path in
      let reader = try TickFileReader(path: path)
      var ticks = TickColumns()
      var merged = try MergedTicks(readers: [reader], columns: .all)
      var count = 0
      while try merged.next(into: &ticks) { count += ticks.count }
      return "ticks \(min(count, 100))"
    })

  /// A small tick file, written by the product.
  private static let tickFileSeed: [UInt8] = {
    guard let folder = try? TemporaryDirectory(),
      let table = try? folder.write("t.csv", TickFileRoundTripTests.table),
      (try? ImportRequest(inputs: [table], output: folder.file("t.ticks.zst")).run()) != nil,
      let bytes = try? folder.bytes("t.ticks.zst")
    else { return [] }
    return bytes
  }()

  static let all = [candles, tables, messages, lean, containers, databento, tickFile]

  /// Finds nothing wrong but a price with two signs, which only a change can bring in.
  static let canary = FuzzTarget(
    name: "canary", file: "canary.csv", seeds: [Array(BinanceTableTests.trades.utf8)],
    run: { path in
      let bytes = try Files.readBytes(path, limit: 1 << 20)
      let fields = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      if fields.count > 2, fields[1].starts(with: "--".utf8) { throw Wrong("the canary") }
      return "\(min(fields.count, 20))"
    })
}
