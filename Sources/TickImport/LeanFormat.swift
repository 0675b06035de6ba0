import Market
import Platform

/// Ticks as the LEAN engine stores them: one file for each day and instrument, named
/// `20131008_spy_Trade_Tick.csv`, mostly the one file of a zip archive; no header.
///
/// Equities: `ms,price,size,exchange,condition,suspicious` and
/// `ms,bid,bid size,ask,ask size,exchange,condition,suspicious`, prices in ten thousandths, milliseconds
/// since midnight of New York. Crypto: `ms,price,size[,suspicious]` and `ms,bid,bid size,ask,ask
/// size[,suspicious]`, plain prices, milliseconds since midnight UTC.
struct LeanFormat: SourceFormat {
  let name = "lean"
  let kind: SeriesKind? = nil
  let hasOwnKinds = true
  let areRecordsAlone = true
  let firstLine = "ms,price,size,… or ms,bid,bid size,ask,ask size,… in 20131008_spy_Trade_Tick.csv"
  /// The names of the input, which tell the day.
  let names: InputNames

  func layout(of line: borrowing LineReader, isForced: Bool) throws -> ColumnLayout? {
    guard let name = LeanName(names) else {
      guard isForced else { return nil }
      throw InputError(
        SourceLocation(path: line.path), "its name does not tell the day and the instrument",
        expected: "a file, or one file in an archive, named such as 20131008_spy_Trade_Tick.csv")
    }
    let count = line.fieldCount
    let isEquity = count == (name.isQuote ? 8 : 6)
    let isCrypto = name.isQuote ? (5...6).contains(count) : (3...4).contains(count)
    guard isEquity || isCrypto, line.isDecimal(0) else { return nil }
    var layout = ColumnLayout(hasHeader: false, columnCount: count, time: 0, prices: [1], size: 2)
    if name.isQuote { (layout.prices, layout.sizes, layout.size) = ([1, 3], [2, 4], nil) }
    let hasFlag = isEquity || count == (name.isQuote ? 6 : 4)
    layout.flags = hasFlag ? count - 1 : nil
    return layout
  }

  func makeParser(_ context: ParserContext) throws -> any RecordParser {
    guard let name = LeanName(names) else {
      throw InputError(
        SourceLocation(path: context.plan.path), "its name does not tell the day", expected: firstLine)
    }
    return LeanParser(context, name)
  }
}

/// What the name of a LEAN file says: `20131008_spy_Trade_Tick.csv`.
struct LeanName {
  /// The instrument, in capital letters.
  let symbol: String
  /// Whether the file holds bids and asks.
  let isQuote: Bool
  /// The day, as eight digits of year, month and day.
  let day: Int

  /// Nil where no name is of that form.
  init?(_ names: InputNames) {
    for file in names.files {
      let parts = (file.split(separator: ".").first ?? "").split(separator: "_")
      guard parts.count >= 4, parts[0].utf8.count == 8, let number = Int(parts[0]),
        let tick = parts.lastIndex(where: { $0.lowercased() == "tick" }), tick >= 3,
        let kind = ["trade": false, "quote": true][parts[tick - 1].lowercased()],
        Name.isValid(parts[1].uppercased()),
        DayClock.midnight(number) != nil
      else { continue }
      symbol = parts[1].uppercased()
      isQuote = kind
      day = number
      return
    }
    return nil
  }
}
