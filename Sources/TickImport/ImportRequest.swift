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
  /// The files to read, `-` for standard input; merged by time, ties by this order, then by record. A
  /// directory stands for the files in it, a pattern for those that it matches.
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
  /// By how much a record may be late; it is sorted into its place. Zero refuses late records.
  public var sortWindow = TimeSpan(nanoseconds: 10_000_000_000)
  /// The largest step from one price of a series to the next that is believed, as a fraction of the price;
  /// nil for no bound.
  public var maxJump: Double?
  /// The longest time without a record of a series that is not reported; nil for no bound.
  public var maxGap: TimeSpan?
  /// Whether a doubtful record is an error.
  public var isStrict = false
  /// How many threads read.
  public var threads = Machine.usableCores
  /// Whether an existing output may be replaced.
  public var force: Bool
  /// The name and version of the program, for the file's metadata.
  public var tool: String
  /// Bytes of text that are read together; nil for what suits the number of inputs.
  var chunkSize: Int?
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
  public static var formatNames: [String] { SourceFormats.all().map(\.name) }

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
    if let maxJump, !(maxJump > 0) {
      throw wrong("--max-jump", "\(maxJump) is no bound", "a fraction above zero, such as 0.05 or 5%")
    }
    if let maxGap, maxGap.nanoseconds <= 0 {
      throw wrong("--max-gap", "\(maxGap) is no bound", "a duration above zero, such as 5m")
    }
    if let interval, interval.nanoseconds < CandleTimes.shortestInterval {
      throw wrong("--interval", "\(interval) is too short", "at least 3ms")
    }
    if let format {
      let named = try SourceFormats.named(format, columns: columns)
      if let kind, named.hasOwnKinds, kind != named.kind {
        throw wrong(
          "--kind", "\(kind.rawValue) does not go with --format \(format)",
          named.kind?.rawValue ?? "no --kind, since the records say it")
      }
      if columns != nil, format != "csv" {
        throw wrong("--columns", "it does not go with --format \(format)", "--format csv, or no --format")
      }
    }
  }
}
