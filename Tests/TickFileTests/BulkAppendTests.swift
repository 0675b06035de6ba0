import Market
import Support
import Testing

@testable import TickFile

/// Ticks by the batch are the same file as one by one.
@Suite struct BulkAppendTests {
  static let ticks: [Tick] = (0..<5000).map { index in
    // Scales that no block holds together, sizes that come and go, and a flag.
    let scale = index % 1000 == 999 ? 15 : index % 3
    return Tick(
      time: Timestamp(nanoseconds: Int64(index / 3)), series: index % 2,
      price: ExactDecimal(mantissa: Int64(9_000_000_000_000 + index), scale: scale),
      size: index % 5 == 0 ? nil : ExactDecimal(mantissa: Int64(index), scale: 1),
      flags: index % 77 == 0 ? .notMarketTrade : [])
  }

  static func write(_ path: String, _ body: (TickFileWriter) throws -> Void) throws -> TickFileSummary {
    let writer = try TickFileWriter(
      path: path, force: false, metadata: TickFileMetadata(source: "s", tool: "t"),
      options: TickFileOptions(ticksPerBlock: 700))
    for symbol in ["A", "B"] { _ = try writer.series(SeriesKey(symbol: symbol, kind: .trade)) }
    try body(writer)
    return try writer.finish()
  }

  @Test func theFilesAreTheSame() throws {
    let folder = try TemporaryDirectory()
    let single = try Self.write(folder.file("a")) { writer in
      for tick in Self.ticks { try writer.append(tick) }
    }
    let bulk = try Self.write(folder.file("b")) { writer in
      try writer.append(contentsOf: [])
      try writer.append(contentsOf: Self.ticks[..<1234].map { PackedTick($0) })
      try writer.append(contentsOf: Self.ticks[1234...].map { PackedTick($0) })
    }
    #expect(single == bulk)
    #expect(try folder.bytes("a") == folder.bytes("b"))
  }

  @Test func aWrongTickIsTheSameError() throws {
    let folder = try TemporaryDirectory()
    var wrong = Self.ticks
    wrong[2000].time = Timestamp(nanoseconds: 3)
    var messages: [String] = []
    for name in ["a", "b"] {
      do {
        _ = try Self.write(folder.file(name)) { writer in
          if name == "a" {
            for tick in wrong { try writer.append(tick) }
          } else {
            try writer.append(contentsOf: wrong.map { PackedTick($0) })
          }
        }
      } catch {
        messages.append("\(error)".replacing(folder.file(name), with: "file"))
      }
    }
    #expect(messages.count == 2 && Set(messages).count == 1)
    #expect(messages[0].contains("tick 2000 (A trade) is 663 ns earlier"))
  }
}
