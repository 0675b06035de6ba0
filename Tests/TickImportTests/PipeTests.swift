import Foundation
import Market
import Platform
import Support
import Testing

@testable import TickImport

/// Inputs that can be read only once.
@Suite struct PipeTests {
  /// Imports `text`, which fits into a pipe's buffer, through a named pipe with a look-ahead of `bytes`.
  static func importPipe(
    _ text: String, lookAhead bytes: Int
  ) throws -> (sink: ListSink, summary: ImportSummary) {
    let folder = try TemporaryDirectory()
    let path = folder.file("BTCUSDT-pipe.csv")
    // Safe: the path is passed as a zero-terminated string that lives for the call.
    try #require(unsafe mkfifo(path, 0o600) == 0)
    let data = Data(text.utf8)
    // Opening for writing waits until the import opens the other end, hence a thread of its own.
    Thread.detachNewThread {
      guard let writer = FileHandle(forWritingAtPath: path) else { return }
      try? writer.write(contentsOf: data)
      try? writer.close()
    }
    return try importFiles([path]) { $0.pipeLookAhead = bytes }
  }

  static func candles(_ count: Int, from start: Int, step: Int) -> String {
    (0..<count).map { "\(start + $0 * step),100,105,99,101\n" }.joined()
  }

  @Test(arguments: [64, 100, 4096, 1 << 20]) func aPipeGivesWhatAFileGives(lookAhead: Int) throws {
    let text = "open_time,open,high,low,close\n" + Self.candles(200, from: 1_621_425_600_000, step: 60_000)
    let file = try importFixtures([("BTCUSDT-pipe.csv", text)])
    // The least look-ahead holds the header and one candle, which tell no interval.
    guard lookAhead >= 100 else {
      #expect(throws: InputError.self) { _ = try Self.importPipe(text, lookAhead: lookAhead) }
      return
    }
    let pipe = try Self.importPipe(text, lookAhead: lookAhead)
    #expect(pipe.sink.lines == file.sink.lines)
    #expect(pipe.summary.rows == 200)
  }

  @Test func anIntervalThatTheWholePipeContradictsIsRefused() throws {
    let early = Self.candles(10, from: 1_621_425_600_000, step: 60_000)
    let late = Self.candles(50, from: 1_621_425_600_000 + 10 * 60_000, step: 120_000)
    #expect {
      _ = try Self.importPipe("open_time,open,high,low,close\n" + early + late, lookAhead: 300)
    } throws: {
      "\($0)".contains("the most frequent step is 2m, but the first records showed 1m")
    }
  }
}
