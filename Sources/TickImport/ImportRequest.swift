public import Market
import Platform

/// What `ticks import` shall do: public files to one tick file.
///
/// ```swift
/// let request = ImportRequest(inputs: ["BTCUSDT-1m-2021-05.csv"], output: "btc.ticks.zst")
/// let summary = try request.run()
/// print(summary)
/// ```
public struct ImportRequest: Sendable {
  /// The files to read, `-` for standard input; merged by time, ties by this order, then by record.
  public var inputs: [String]
  /// The tick file to write.
  public var output: String
  /// The name of the format of all inputs; nil to recognise each by its content.
  public var format: String?
  /// The instrument of inputs whose name and columns do not say it.
  public var instrument: String?
  /// The kind of series; nil for what the format or the file's name says, else trade.
  public var kind: SeriesKind?
  /// Which columns of a plain table hold what; nil for the usual names.
  public var columns: ColumnSpec?
  /// The interval of candles; nil for each file's most frequent step.
  public var interval: TimeSpan?
  /// The path that prices take inside a candle.
  public var candlePath: CandlePath
  /// Whether an existing output may be replaced.
  public var force: Bool
  /// The name and version of the program, for the file's metadata.
  public var tool: String
  /// How far a pipe is read ahead to find its format and the interval of its candles, in bytes.
  var pipeLookAhead = 4 << 20

  /// Makes a request with the usual options.
  public init(
    inputs: [String], output: String, format: String? = nil, instrument: String? = nil,
    kind: SeriesKind? = nil, columns: ColumnSpec? = nil, interval: TimeSpan? = nil,
    candlePath: CandlePath = .near, force: Bool = false, tool: String = "marginsweep"
  ) {
    self.inputs = inputs
    self.output = output
    self.format = format
    self.instrument = instrument
    self.kind = kind
    self.columns = columns
    self.interval = interval
    self.candlePath = candlePath
    self.force = force
    self.tool = tool
  }

  /// The names that ``format`` takes.
  public static var formatNames: [String] { SourceFormats.all(columns: nil).map(\.name) }

  /// Checks the options against each other.
  func validate() throws {
    func wrong(_ option: String, _ problem: String, _ expected: String) -> InputError {
      InputError(SourceLocation(path: option), problem, expected: expected)
    }
    guard !inputs.isEmpty else {
      throw wrong("ticks import", "no input", "at least one file, or - for a pipe")
    }
    guard inputs.count(where: { $0 == "-" }) <= 1 else {
      throw wrong("ticks import", "standard input is named twice", "- at most once")
    }
    for input in inputs where try input != "-" && output != "-" && Files.isSame(input, output) {
      throw wrong(output, "is an input as well", "another name for the tick file")
    }
    if let instrument, !Name.isValid(instrument) {
      throw wrong("--instrument", "'\(instrument)' is no name", Name.expectation)
    }
    if let interval, interval.nanoseconds < CandleTimes.shortestInterval {
      throw wrong("--interval", "\(interval) is too short", "at least 3ms")
    }
    if let format {
      let named = try SourceFormats.named(format, columns: columns)
      if let kind, let fixed = named.kind, kind != fixed {
        throw wrong("--kind", "\(kind.rawValue) does not go with --format \(format)", fixed.rawValue)
      }
      if columns != nil, format != "csv" {
        throw wrong("--columns", "it does not go with --format \(format)", "--format csv, or no --format")
      }
    }
  }
}
