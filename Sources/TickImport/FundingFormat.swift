import Market
import Platform
import TickFile

/// Funding settlements: `symbol,funding_time,funding_rate`, the same without the symbol, and the official
/// archive's `calc_time,funding_interval_hours,last_funding_rate`, which may lack its header.
struct FundingFormat: SourceFormat {
  let name = "fundingRate"
  let kind: SeriesKind? = .funding
  let firstLine = "[symbol,]funding_time,funding_rate or calc_time,funding_interval_hours,last_funding_rate"

  private static let timeNames = ["funding_time", "calc_time", "fundingtime"]
  private static let rateNames = ["funding_rate", "last_funding_rate", "fundingrate"]

  func layout(of line: borrowing LineReader, isForced: Bool) throws -> ColumnLayout? {
    let count = line.fieldCount
    let names = (0..<count).map { line.text($0).lowercased() }
    let time = names.firstIndex { Self.timeNames.contains($0) }
    let rate = names.firstIndex { Self.rateNames.contains($0) }
    if let time, let rate {
      return ColumnLayout(
        hasHeader: true, columnCount: count, time: time, prices: [rate],
        symbol: names.firstIndex(of: "symbol"))
    }
    guard TimeText.parse(line.buffer.span, line.range(of: 0), unit: nil) != nil else { return nil }
    if count == 2, isForced {
      return ColumnLayout(hasHeader: false, columnCount: 2, time: 0, prices: [1])
    }
    // Without a header the interval in hours between time and rate tells the official form.
    guard count == 3, let hours = TimeText.integer(line.buffer.span, line.range(of: 1)),
      (1...24).contains(hours), (try? line.fundingRate(2)) != nil
    else { return nil }
    return ColumnLayout(hasHeader: false, columnCount: 3, time: 0, prices: [2])
  }

  func makeParser(_ context: ParserContext) throws -> any RecordParser {
    try RowParser(context)
  }
}
