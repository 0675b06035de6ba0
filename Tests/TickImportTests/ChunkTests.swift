import Market
import Platform
import Support
import TickFile
import Testing

@testable import TickImport

/// However a text is cut into chunks and however many threads read it, the same comes out.
@Suite struct ChunkTests {
  static let plans: [(threads: Int, chunk: Int)] = [
    (1, 64), (1, 1 << 12), (2, 100), (2, 1 << 16), (3, 1 << 10), (5, 333), (16, 1 << 18),
  ]

  /// Trades with every twentieth row in a spelling that the quick reader does not know.
  static func table(_ rows: Int) -> String {
    let lines = (0..<rows).map { row in
      let price = row % 20 == 7 ? "\"1\(row).50\"" : row % 20 == 13 ? "1\(row)50e-2" : "1\(row).5"
      return "\(row),\(price),0.\(row % 9 + 1)0,1,1,\(1_621_425_600_000 + row / 3),true"
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func read(
    _ text: String, _ plan: (threads: Int, chunk: Int)
  ) throws -> (sink: ListSink, summary: ImportSummary) {
    try importFixtures([("BTCUSDT-aggTrades-x.csv", text)]) {
      ($0.threads, $0.chunkSize) = plan
    }
  }

  @Test(arguments: plans) func theSameTicks(threads: Int, chunk: Int) throws {
    let (sink, summary) = try Self.read(Self.table(3000), (threads, chunk))
    #expect(summary.rows == 3000)
    #expect(
      sink.lines == (0..<3000).map { "BTCUSDT trade \(noon + Int64($0) / 3 * 1_000_000) 1\($0).5" })
    #expect(sink.ticks.map { $0.size?.description } == (0..<3000).map { "0.\($0 % 9 + 1)" })
  }

  @Test(arguments: plans) func theSameErrorInTheSameLine(threads: Int, chunk: Int) throws {
    let wrong = Self.table(2000) + "2000,x,1,1,1,1621425700000,true\n" + Self.table(3)
    let error = importError(wrong, name: "BTCUSDT-a.csv") { ($0.threads, $0.chunkSize) = (threads, chunk) }
    #expect(error.hasPrefix("2001:6: the price is 'x', not a number"), "\(error)")
    let empty = importError(Self.table(2000) + "\r\n\n" + Self.table(3), name: "BTCUSDT-a.csv") {
      ($0.threads, $0.chunkSize) = (threads, chunk)
    }
    #expect(empty.hasPrefix("2001: the line is empty"), "\(empty)")
    let long = importError(Self.table(2000) + String(repeating: "9", count: 1 << 21), name: "BTCUSDT-a.csv") {
      ($0.threads, $0.chunkSize) = (threads, chunk)
    }
    #expect(long.hasPrefix("2001: a line longer than 1048576 bytes"), "\(long)")
    // Of several wrong lines the first is told.
    for more in ["\n" + Self.table(3), "\n\n\n" + Self.table(50), String(repeating: "9", count: 1 << 21)] {
      let first = importError(wrong + more, name: "BTCUSDT-a.csv") {
        ($0.threads, $0.chunkSize) = (threads, chunk)
      }
      #expect(first == error)
    }
    let late = Self.table(2000) + "2000,1,1,1,1,1621425500000,true\n\n" + Self.table(50)
    let before = importError(late, name: "BTCUSDT-a.csv") { ($0.threads, $0.chunkSize) = (threads, chunk) }
    #expect(before.hasPrefix("2001:14: the time is "), "\(before)")
    let repeated = importError(Self.table(2000) + Self.table(2000).suffix(60), name: "BTCUSDT-a.csv") {
      ($0.threads, $0.chunkSize, $0.isStrict) = (threads, chunk, true)
    }
    #expect(repeated.contains("2001:"), "\(repeated)")
  }

  @Test(arguments: plans) func emptyLinesAtTheEndAreFine(threads: Int, chunk: Int) throws {
    let text = Self.table(500).dropLast() + "\r\n" + String(repeating: "\r\n", count: 400)
    #expect(try Self.read(String(text), (threads, chunk)).sink.ticks.count == 500)
  }

  @Test func rangesAreExact() throws {
    func range(_ rates: [String]) throws -> [String] {
      let lines = rates.enumerated().map { "\(1_621_382_400_000 + 28_800_000 * $0),\($1)\n" }.joined()
      let summary = try importFixtures([("BTCUSDT-f.csv", "funding_time,funding_rate\n" + lines)]).summary
      return summary.series.flatMap { [$0.lowest.description, $0.highest.description] }
    }
    #expect(try range(["0", "-0.0001"]) == ["-0.0001", "0"])
    #expect(try range(["0", "0.5", "0.25", "-1"]) == ["-1", "0.5"])
    #expect(
      try range(["0.1", "0.10", "0.1000000000000001", "0.0999999999999999"])
        == ["0.0999999999999999", "0.1000000000000001"])
  }

  @Test func eightBytesAtOnceAreAsOneByOne() {
    var state: UInt64 = 3
    for _ in 0..<20_000 {
      var bytes: [UInt8] = []
      for _ in 0..<8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // Mostly digits and their neighbours, sometimes any byte.
        let any = UInt8(truncatingIfNeeded: state >> 40)
        bytes.append(state >> 61 == 0 ? any : 0x2A + any % 17)
      }
      guard let eight = EightBytes(bytes.span, at: 0) else {
        Issue.record("eight bytes are enough")
        return
      }
      let areDigits = bytes.allSatisfy { (0x30...0x39).contains($0) }
      #expect(eight.areDigits == areDigits)
      #expect(eight.lengthAboveComma == bytes.prefix { $0 > UInt8(ascii: ",") }.count, "\(bytes)")
      if areDigits {
        #expect(String(eight.number) == String(Int(String(decoding: bytes, as: UTF8.self)) ?? -1))
      }
    }
    #expect(EightBytes([1, 2, 3].span, at: 0) == nil)
  }
}
