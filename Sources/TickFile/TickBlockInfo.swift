public import Market

/// Bytes of a file that are one zstd or skippable frame.
public struct TickFrame: Hashable, Sendable {
  /// Where it starts, bytes from the file's start.
  public var offset: Int
  /// Its length in bytes.
  public var size: Int
  /// XXH64 of its bytes as they stand in the file.
  public var digest: UInt64
}

/// A price that was in force before a block.
public struct CarriedPrice: Hashable, Sendable {
  /// When it was recorded.
  public var time: Timestamp
  /// The price.
  public var price: ExactDecimal

  /// The Double nearest to the price.
  public var value: Double { price.double }
}

/// What one series does within one block.
public struct TickSeriesZone: Hashable, Sendable {
  /// The series, a place in the file's list.
  public var series: Int
  /// Its ticks in the block.
  public var count: Int
  /// Decimals of its prices in the block.
  public var priceScale: Int
  /// Decimals of its sizes in the block.
  public var sizeScale: Int
  /// Lowest and highest mantissa over all ticks that are market trades or no trades; nil where every tick
  /// of the series in the block is flagged ``TickFlags/notMarketTrade``.
  public var range: ClosedRange<Int64>?
  /// The series' last unflagged price before the block, nil where there is none.
  public var carriedIn: CarriedPrice?

  /// Lowest price, infinity where ``range`` is nil.
  public var lowest: Double {
    range.map { ExactDecimal(mantissa: $0.lowerBound, scale: priceScale).double } ?? .infinity
  }
  /// Highest price, -infinity where ``range`` is nil.
  public var highest: Double {
    range.map { ExactDecimal(mantissa: $0.upperBound, scale: priceScale).double } ?? -.infinity
  }
}

/// What one series does within one span of a block's ticks, as far as it has an unflagged tick there.
public struct TickEnvelope: Hashable, Sendable {
  /// The series, a place in the file's list.
  public var series: Int
  /// Decimals of its prices in the block.
  public var scale: Int
  /// Lowest and highest mantissa of an unflagged tick in the span.
  public var range: ClosedRange<Int64>
  /// Mantissa of the last unflagged tick in the span.
  public var lastMantissa: Int64
  /// Time of that tick.
  public var lastTime: Timestamp

  /// Lowest price in the span.
  public var lowest: Double { ExactDecimal(mantissa: range.lowerBound, scale: scale).double }
  /// Highest price in the span.
  public var highest: Double { ExactDecimal(mantissa: range.upperBound, scale: scale).double }
  /// The price that is in force behind the span.
  public var last: CarriedPrice {
    CarriedPrice(time: lastTime, price: ExactDecimal(mantissa: lastMantissa, scale: scale).normalized)
  }
}

/// What a span of a block's ticks is, known without decoding it. Every span can be decoded alone.
public struct TickSpanInfo: Hashable, Sendable {
  /// Ticks in the span: ``TickFormat/ticksPerSpan``, fewer in the last span of a block.
  public var count: Int
  /// Time of its first tick.
  public var firstTime: Timestamp
  /// Time of its last tick.
  public var lastTime: Timestamp
  /// How many instants start in it, flagged ticks left out; see ``InstantRun``.
  public var instants: Int
  /// Whether any of its ticks may have flags.
  public var hasFlags: Bool
  /// The series that have an unflagged tick in it, by number.
  public var envelopes: [TickEnvelope]
}

/// Where and what a block is, known without decoding it.
public struct TickBlockInfo: Sendable {
  /// Ticks in the block, at least 1.
  public var count: Int
  /// Time of its first tick.
  public var firstTime: Timestamp
  /// Time of its last tick.
  public var lastTime: Timestamp
  /// The series that have ticks in the block, by number.
  public var zones: [TickSeriesZone]
  /// Its spans, in order.
  public var spans: [TickSpanInfo]
  /// Frame that marks the block's start.
  public var marker: TickFrame
  /// Frame with the block's description.
  public var header: TickFrame
  /// Frames of the columns in file order: all spans of a column, then those of the next one. A span without
  /// the column has a frame of no bytes.
  public var columnFrames: [TickFrame]
  /// Descriptions of the columns, in file order.
  var columns: [ColumnDescription]

  /// Bytes of the block in the file.
  public var compressedSize: Int {
    marker.size + header.size + columnFrames.reduce(0) { $0 + $1.size }
  }

  /// How many spans the block has.
  public var spanCount: Int { TickFormat.spans(of: count) }

  /// The ticks of a span, as places among those of the block.
  public func ticks(ofSpan span: Int) -> Range<Int> {
    precondition((0..<spanCount).contains(span))
    return span * TickFormat.ticksPerSpan..<min(count, (span + 1) * TickFormat.ticksPerSpan)
  }

  /// The place of a column in the lists of this block; nil where it has none.
  func place(of column: ColumnIdentifier) -> Int? {
    columns.firstIndex { $0.identifier == column.rawValue }
  }

  /// The frame of one span of a column.
  func frame(column place: Int, span: Int) -> TickFrame { columnFrames[place * spanCount + span] }
}

/// Powers of ten that are exact.
enum PowersOfTen {
  /// 10^0 ... 10^22.
  static let double: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
  ]
  /// 10^0 ... 10^18.
  static let integer: [Int64] = (0...18).map { (0..<$0).reduce(1) { value, _ in value * 10 } }

  /// `mantissa` with `digits` more decimals, nil where it leaves the mantissa's range.
  static func widen(_ mantissa: Int64, by digits: Int) -> Int64? {
    if mantissa == 0 { return 0 }
    guard digits < integer.count else { return nil }
    let (product, overflow) = mantissa.multipliedReportingOverflow(by: integer[digits])
    guard !overflow, product.magnitude < TickFormat.mantissaLimit.magnitude else { return nil }
    return product
  }
}
