import Market
import Platform

/// What is known of an input before its ticks are merged.
struct InputPlan {
  /// The input as the user named it.
  let path: String
  /// The format that was recognised or named.
  let format: any SourceFormat
  /// The names that the input goes by.
  let names: InputNames
  /// The instrument by file name or option; nil where only a column can say it.
  let symbol: String?
  /// The kind of records that no column tells.
  let kind: SeriesKind
  /// The interval of candles in ns; nil for other formats.
  var interval: Int64?
  /// Whether the user stated the interval.
  let isIntervalStated: Bool
  /// By how much records may be late, in ns.
  let window: Int64
  /// No record is earlier, in ns since the epoch; of candles it is the time of the first one.
  var firstTime = Int64.min
  /// The stream of an input that cannot be opened twice, at its start.
  var stream: (any ByteStream)?
  /// Whether a checksum file beside it was there, and agrees.
  let isChecked: Bool

  /// The series of an input whose columns do not name it.
  func seriesKey() throws -> SeriesKey {
    guard let symbol else {
      throw InputError(
        SourceLocation(path: path), "neither the file's name nor a column says the instrument",
        expected: "a name such as BTCUSDT-1m-2021-05.csv, or --instrument")
    }
    return SeriesKey(symbol: symbol, kind: kind)
  }
}

extension InputPlan {
  /// Looks into an input. A file is read to its end only where the interval of candles must be found or a
  /// checksum stands beside it.
  init(looking path: String, for request: ImportRequest) throws {
    let isRepeatable = try InputStream.isRepeatable(path)
    let isChecked = isRepeatable ? try ChecksumFile.verify(path) : false
    var opened = try InputStream.open(path)
    var stream: (any ByteStream)?
    if !isRepeatable {
      let ahead = try opened.stream.readAhead(request.pipeLookAhead)
      stream = PrefixedStream(prefix: ahead, rest: opened.stream)
      let isCut = ahead.count == request.pipeLookAhead
      // The last line may be cut off by the limit; it is read again with the rest.
      let whole = isCut ? (ahead.lastIndex(of: UInt8(ascii: "\n")) ?? ahead.count - 1) + 1 : ahead.count
      opened.stream = MemoryStream(Array(ahead.prefix(whole)))
    }
    try self.init(opened, for: request, isChecked: isChecked)
    self.stream = stream
  }

  private init(_ opened: OpenedInput, for request: ImportRequest, isChecked: Bool) throws {
    let path = opened.names.path
    let start = try opened.stream.readAhead(InputContent.lookAhead)
    let content = try InputContent(of: start, path: path)
    let stream = PrefixedStream(prefix: start, rest: opened.stream)
    if content == .dbn {
      let format = try Self.binaryFormat(path, request)
      self.init(format, opened.names, request, isChecked: isChecked)
      let source = try DBNSource(stream, self, path: request.candlePath, isStrict: false)
      firstTime = try firstRowTime(of: source)
      if let interval = source.candleInterval { self.interval = interval }
      return
    }
    let lines = LineStream(stream, path: path, splitsFields: content == .table)
    guard try lines.next() else {
      throw InputError(SourceLocation(path: path), "the file is empty", expected: "records")
    }
    let (format, layout) = try Self.recognise(lines.reader, content, opened.names, request)
    self.init(format, opened.names, request, isChecked: isChecked)
    if layout.hasHeader, !(try lines.next()) {
      throw InputError(
        SourceLocation(path: path), "there is a header but no record", expected: "records below it")
    }
    if format.isCandles {
      try lookAtCandles(lines, layout)
    } else {
      firstTime = try firstRowTime(lines, layout)
    }
  }

  private init(
    _ format: any SourceFormat, _ names: InputNames, _ request: ImportRequest, isChecked: Bool
  ) {
    path = names.path
    self.format = format
    self.names = names
    let hints = FileNameHints(names.path)
    symbol = hints.symbol ?? request.instrument
    kind = format.kind ?? request.kind ?? hints.kind ?? .trade
    isIntervalStated = request.interval != nil
    interval = format.isCandles ? request.interval?.nanoseconds : nil
    window = request.sortWindow.nanoseconds
    self.isChecked = isChecked
  }

  /// Tells the format from the line that the reader stands on.
  static func recognise(
    _ line: borrowing LineReader, _ content: InputContent, _ names: InputNames, _ request: ImportRequest
  ) throws -> (format: any SourceFormat, layout: ColumnLayout) {
    let name = request.format ?? (request.columns == nil || content != .table ? nil : "csv")
    guard let name else {
      try FileNameHints.refusePremium(names.path)
      return try SourceFormats.recognise(line, content, names: names)
    }
    let format = try SourceFormats.named(name, columns: request.columns, names: names)
    if format.content == content, let layout = try format.layout(of: line, isForced: true) {
      return (format, layout)
    }
    throw line.error(
      0, "the first line, \(line.fieldCount) columns from \(line.excerpt(0)), is not of the format \(name)",
      expected: format.firstLine)
  }

  private static func binaryFormat(_ path: String, _ request: ImportRequest) throws -> DBNFormat {
    let format = DBNFormat()
    if let name = request.format, name != format.name {
      throw InputError(
        SourceLocation(path: path), "the file holds Databento records, not the format \(name)",
        expected: "--format \(format.name), or none")
    }
    return format
  }
}
