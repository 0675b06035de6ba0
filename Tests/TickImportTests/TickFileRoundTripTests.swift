import Market
import Platform
import Support
import TickFile
import Testing

@testable import TickImport

/// Through the real tick file and back.
@Suite struct TickFileRoundTripTests {
  static let table = """
    time,symbol,kind,price,size,flags
    2021-05-19T12:00:00.000000001Z,BTCUSDT,trade,39000.5,0.25,0
    2021-05-19T12:00:00.000000001Z,BTCUSDT,mark,39001.12345678,,0
    2021-05-19T12:00:01Z,ETHUSDT,trade,2600,3,1
    2021-05-19T16:00:00Z,BTCUSDT,funding,-0.00089700,,0

    """

  @Test func whatIsImportedIsExportedAndImportedAgain() throws {
    let folder = try TemporaryDirectory()
    let input = try folder.write("table.csv", Self.table)
    let first = folder.file("first.ticks.zst")
    let summary = try ImportRequest(inputs: [input], output: first).run()
    #expect(summary.ticks == 4)
    let exported = folder.file("exported.csv")
    let reader = try TickFileReader(path: first)
    #expect(reader.tickCount == 4)
    _ = try TickExport().write([reader], to: exported, force: false)
    let direct = try importFiles([input]).sink
    let back = try importFiles([exported]).sink
    #expect(back.lines == direct.lines)
    #expect(back.ticks.map(\.flags) == direct.ticks.map(\.flags))
    #expect(back.ticks.map { $0.size?.description } == direct.ticks.map { $0.size?.description })
  }

  /// Of every kind, with and without sizes, flags and equal times: what comes back says the same.
  @Test(arguments: [("x.csv", 0), ("x.csv.zst", 0), ("x.csv", 70_000), ("x.csv.zst", 70_000)])
  func anExportComesBackToTheSameContentDigest(name: String, more: Int) throws {
    let folder = try TemporaryDirectory()
    var text = Self.table
    let kinds = ["trade", "mark", "index", "bid", "ask", "funding"]
    for index in 0..<more {
      let kind = kinds[index % 6]
      let second = 1_621_440_000 + index / 1_000
      let time = "\(second)\(String(1_000_000_000 + index / 10 % 100).dropFirst())"
      let price =
        kind == "funding" ? "-0.000\(index % 89 + 1)" : "\(30_000 + index % 997).\(index % 100)"
      let size = index % 3 == 0 ? "" : "\(index % 777).\(index % 10)"
      text += "\(time),S\(index % 7),\(kind),\(price),\(size),\(index % 17 == 0 ? 1 : 0)\n"
    }
    let input = try folder.write("table.csv", text)
    let first = folder.file("first.ticks.zst")
    _ = try ImportRequest(inputs: [input], output: first).run()
    let reader = try TickFileReader(path: first)
    for style in [TickExport.TimeStyle.iso8601, .nanoseconds] {
      let exported = folder.file(name)
      let count = try TickExport(timeStyle: style).write([reader], to: exported, force: true)
      #expect(count == reader.tickCount && count > more / 2)
      let second = folder.file("second.ticks.zst")
      _ = try ImportRequest(inputs: [exported], output: second, force: true).run()
      let back = try TickFileReader(path: second)
      #expect(try back.contentDigest() == reader.contentDigest())
      #expect(back.tickCount == reader.tickCount)
    }
  }

  @Test func theFileNamesItsInputsPathAndInterval() throws {
    let folder = try TemporaryDirectory()
    let input = try folder.write(
      "BTCUSDT-1m.csv", CandlePathTests.candles + "1621425720000,95.50,96,95,95.5,7\n")
    let output = folder.file("x.ticks.zst")
    let request = ImportRequest(inputs: [input], output: output, candlePath: .highFirst)
    _ = try request.run()
    let metadata = try TickFileReader(path: output).metadata
    let notes = Dictionary(uniqueKeysWithValues: metadata.notes.map { ($0.key, $0.value) })
    #expect(notes["candle path"] == "high-first")
    #expect(notes["candle interval"] == "1m")
    #expect(notes["inputs"] == "\(input) (klines)")
    #expect(metadata.source == "klines")
    #expect(metadata.dropped == ["repeated candle": 1])
  }

  @Test func nothingAppearsWhenARecordIsWrong() throws {
    let folder = try TemporaryDirectory()
    let input = try folder.write("BTCUSDT-1m.csv", CandlePathTests.candles + "x,1,1,1,1,1\n")
    let output = folder.file("x.ticks.zst")
    #expect(throws: InputError.self) {
      _ = try ImportRequest(inputs: [input], output: output, interval: TimeSpan(nanoseconds: minute)).run()
    }
    #expect(try folder.names() == ["BTCUSDT-1m.csv"])
  }

  @Test func anExistingFileStays() throws {
    let folder = try TemporaryDirectory()
    let input = try folder.write("BTCUSDT-1m.csv", CandlePathTests.candles)
    let output = try folder.write("x.ticks.zst", "mine")
    #expect(throws: InputError.self) { _ = try ImportRequest(inputs: [input], output: output).run() }
    #expect(try folder.text("x.ticks.zst") == "mine")
    let summary = try ImportRequest(inputs: [input], output: output, force: true).run()
    #expect(summary.ticks == 12)
    #expect(try TickFileReader(path: output).tickCount == 12)
  }

  @Test func progressMayEndTheImport() throws {
    struct Stop: Error {}
    let folder = try TemporaryDirectory()
    var text = "time,price\n"
    for index in 0..<70_000 { text += "\(1_621_425_600_000 + index),1\n" }
    let input = try folder.write("BTCUSDT-t.csv", text)
    let request = ImportRequest(inputs: [input], output: folder.file("x.ticks.zst"))
    #expect(throws: Stop.self) {
      _ = try request.run { progress in
        #expect(progress.ticks == 65_536)
        throw Stop()
      }
    }
    #expect(try folder.names() == ["BTCUSDT-t.csv"])
  }
}
