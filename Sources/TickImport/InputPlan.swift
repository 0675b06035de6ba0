import Market
import Platform

/// What is known of an input before its ticks are merged.
struct InputPlan {
  /// The input as the user named it.
  let path: String
  /// The format that was recognised or named.
  let format: any SourceFormat
  /// The instrument by file name or option; nil where only a column can say it.
  let symbol: String?
  /// The kind of records that no column tells.
  let kind: SeriesKind
  /// The interval of candles in ns; nil for other formats.
  let interval: Int64?
  /// Whether the user stated the interval.
  let isIntervalStated: Bool
  /// Time of the first record in ns since the epoch.
  let firstTime: Int64
  /// The stream of an input that cannot be opened twice, at its start.
  let stream: (any ByteStream)?

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
  /// Looks into an input. A file is read to its end only where the interval of candles must be found.
  init(looking path: String, for request: ImportRequest) throws {
    let isRepeatable = try InputStream.isRepeatable(path)
    var opened = try InputStream.open(path)
    var stream: (any ByteStream)?
    if !isRepeatable {
      let ahead = try opened.readAhead(request.pipeLookAhead)
      stream = PrefixedStream(prefix: ahead, rest: opened)
      let isCut = ahead.count == request.pipeLookAhead
      // The last line may be cut off by the limit; it is read again with the rest.
      let whole = isCut ? (ahead.lastIndex(of: UInt8(ascii: "\n")) ?? ahead.count - 1) + 1 : ahead.count
      opened = MemoryStream(Array(ahead.prefix(whole)))
    }
    try self.init(LineReader(opened, path: path), for: request, stream: stream)
  }

  private init(
    _ reader: consuming LineReader, for request: ImportRequest, stream: (any ByteStream)?
  ) throws {
    path = reader.path
    self.stream = stream
    guard try reader.next() else {
      throw InputError(SourceLocation(path: path), "the file is empty", expected: "records")
    }
    let (format, layout) = try Self.recognise(reader, request)
    self.format = format
    if layout.hasHeader, !(try reader.next()) {
      throw InputError(
        SourceLocation(path: path), "there is a header but no record", expected: "records below it")
    }
    let name = FileNameHints(path)
    symbol = name.symbol ?? request.instrument
    kind = format.kind ?? request.kind ?? name.kind ?? .trade
    try reader.requireFields(layout.columnCount)
    let first = try reader.time(layout.time, unit: layout.timeUnit)
    firstTime = first
    isIntervalStated = request.interval != nil
    interval =
      format.isCandles
      ? try request.interval?.nanoseconds ?? Self.mostFrequentStep(&reader, from: first, layout) : nil
  }

  /// Tells the format from the line that the reader stands on.
  static func recognise(
    _ line: borrowing LineReader, _ request: ImportRequest
  ) throws -> (format: any SourceFormat, layout: ColumnLayout) {
    let name = request.format ?? (request.columns == nil ? nil : "csv")
    guard let name else { return try SourceFormats.recognise(line, columns: nil) }
    let format = try SourceFormats.named(name, columns: request.columns)
    if let layout = try format.layout(of: line, isForced: true) { return (format, layout) }
    throw line.error(
      0, "the first line, \(line.fieldCount) columns from \(line.excerpt(0)), is not of the format \(name)",
      expected: format.firstLine)
  }

  private static func mostFrequentStep(
    _ reader: inout LineReader, from first: Int64, _ layout: ColumnLayout
  ) throws -> Int64 {
    var steps = StepCounter()
    var last = first
    while try reader.next() {
      try reader.requireFields(layout.columnCount)
      let time = try reader.time(layout.time)
      steps.add(time - last)
      last = time
    }
    guard let step = steps.mostFrequent, step >= CandleTimes.shortestInterval else {
      throw InputError(
        SourceLocation(path: reader.path), "the steps between its candles tell no interval",
        expected: "--interval, such as --interval 1m")
    }
    return step
  }
}

/// What the name of a file says about its content.
struct FileNameHints: Hashable {
  /// The instrument: the capital letters and digits before the first `-` (`BTCUSDT-1m-2021-05.csv`).
  var symbol: String?
  /// The kind, from `markPriceKlines` or `indexPriceKlines` in the path, or `-mark-` or `-index-` in the
  /// name.
  var kind: SeriesKind?

  /// Shorter names before the `-` are assets, such as `BTC` in `BTC-PERP`, and no instruments.
  private static let shortestSymbol = 5

  init(_ path: String) {
    let parts = path.split(separator: "/")
    let name = (parts.last ?? "").split(separator: "-", omittingEmptySubsequences: false)
    if name.count > 1, let first = name.first, first.utf8.count >= Self.shortestSymbol,
      Name.isValid(String(first)), first.utf8.allSatisfy(Self.isSymbolByte)
    {
      symbol = String(first)
    }
    let words = Set(parts.dropLast()).union(name)
    let isMark = words.contains("markPriceKlines") || name.contains("mark")
    let isIndex = words.contains("indexPriceKlines") || name.contains("index")
    if isMark != isIndex { kind = isMark ? .mark : .index }
  }

  private static func isSymbolByte(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
  }
}
