import Support
import Testing

@testable import TickImport

@Suite struct ProgressTests {
  /// 70,000 rows of one length: at the report after 65,536 ticks about 65,536 / 70,000 of the bytes are read.
  @Test func tellsTheBytesRead() throws {
    let folder = try TemporaryDirectory()
    let row = "1621411200000000000,BTCUSDT,trade,40000.5\n"
    let text = "time,symbol,kind,price\n" + String(repeating: row, count: 70_000)
    let request = ImportRequest(inputs: [try folder.write("trades.csv", text)], output: "unused")
    var reports: [ImportProgress] = []
    _ = try request.merge(try request.makePlans(), into: ListSink()) { reports.append($0) }
    let report = try #require(reports.first)
    #expect(reports.count == 1 && report.ticks == 65_536 && report.totalBytes == text.utf8.count)
    let least = 65_536 * row.utf8.count
    #expect(report.bytes >= least && report.bytes <= text.utf8.count)
  }
}
