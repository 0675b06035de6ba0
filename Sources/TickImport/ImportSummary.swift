public import Market

/// What an import read, wrote and left out.
public struct ImportSummary: Sendable, Hashable {
  /// One input.
  public struct Input: Sendable, Hashable {
    /// The input as the user named it.
    public var path: String
    /// The name of its format.
    public var format: String
    /// Records read, dropped ones too, without a header.
    public var rows: Int
    /// The interval of its candles; nil for other formats.
    public var interval: TimeSpan?
    /// Whether a checksum file beside it was there, and agrees.
    public var isChecked: Bool
  }

  /// One series of the tick file.
  public struct Series: Sendable, Hashable {
    /// Instrument and kind.
    public var key: SeriesKey
    /// Ticks written.
    public var ticks: Int
    /// Time of its first tick.
    public var first: Timestamp
    /// Time of its last tick.
    public var last: Timestamp
    /// Lowest price or rate; zero where all prints are outside of the market.
    public var lowest: ExactDecimal
    /// Highest price or rate; zero where all prints are outside of the market.
    public var highest: ExactDecimal
  }

  /// Missing candles or records.
  public struct Gap: Sendable, Hashable {
    /// Instrument and kind.
    public var series: SeriesKey
    /// Where the first missing candle would open, or the last record before the gap.
    public var start: Timestamp
    /// How much time has no candle, or no record.
    public var length: TimeSpan
  }

  /// The inputs, as the user ordered them.
  public var inputs: [Input] = []
  /// The series, in the order of their numbers; those without ticks are left out.
  public var series: [Series] = []
  /// Records left out, by reason.
  public var dropped: [String: Int] = [:]
  /// Doubtful records that were kept, by reason.
  public var kept: [String: Int] = [:]
  /// Missing candles, and more time without a record than the user allows, by time.
  public var gaps: [Gap] = []
  /// The path inside candles; nil where no input holds candles.
  public var candlePath: CandlePath?

  /// Records read.
  public var rows: Int { inputs.reduce(0) { $0 + $1.rows } }
  /// Ticks written.
  public var ticks: Int { series.reduce(0) { $0 + $1.ticks } }

  /// All that was left out, kept with a doubt or reported, by reason, as the tick file counts it.
  var doubts: [String: Int] {
    var all = dropped.merging(kept, uniquingKeysWith: +)
    if !gaps.isEmpty { all[Doubt.gap] = gaps.count }
    return all
  }
}

extension ImportSummary: CustomStringConvertible {
  /// The gaps that are listed one by one; the others are in the sum.
  private static let gapsShown = 10

  /// A table for people, without a line feed at its end.
  public var description: String {
    var lines = ["input,format,rows,interval,checksum".split(separator: ",").map(String.init)]
    for input in inputs {
      let interval = input.interval?.description ?? ""
      lines.append([
        input.path, input.format, String(input.rows), interval, input.isChecked ? "agrees" : "",
      ])
    }
    var text = Self.table(lines, rightAligned: [2])
    lines = ["series,ticks,first,last,lowest,highest".split(separator: ",").map(String.init)]
    for one in series {
      lines.append([
        one.key.description, String(one.ticks), one.first.description, one.last.description,
        one.lowest.description, one.highest.description,
      ])
    }
    text += "\n" + Self.table(lines, rightAligned: [1, 4, 5])
    text += "\nrows \(rows), ticks \(ticks)"
    if let candlePath { text += ", candle path \(candlePath.rawValue)" }
    for (reason, count) in dropped.sorted(by: { $0.key < $1.key }) { text += "\ndropped \(count): \(reason)" }
    for (reason, count) in kept.sorted(by: { $0.key < $1.key }) { text += "\nkept \(count): \(reason)" }
    return text + gapText
  }

  private var gapText: String {
    guard !gaps.isEmpty else { return "" }
    let total = gaps.reduce(Int64(0)) { $0 + $1.length.nanoseconds }
    var text = "\ngaps \(gaps.count), together \(TimeSpan(nanoseconds: total))"
    for gap in gaps.prefix(Self.gapsShown) {
      text += "\n  \(gap.series) from \(gap.start): \(gap.length)"
    }
    if gaps.count > Self.gapsShown { text += "\n  and \(gaps.count - Self.gapsShown) more" }
    return text
  }

  /// Cells in columns, two spaces apart.
  private static func table(_ lines: [[String]], rightAligned: Set<Int>) -> String {
    guard let header = lines.first else { return "" }
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let shown = lines.map { cells in
      let padded = cells.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return rightAligned.contains(column) ? padding + cell : cell + padding
      }
      var line = padded.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
    return shown.joined(separator: "\n")
  }
}
