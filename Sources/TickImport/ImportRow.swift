import Market
import TickFile

/// A tick as an input gives it, with the place that messages name.
struct ImportRow {
  /// Time in ns since the epoch.
  var time: Int64 = 0
  /// Digits of the price or rate.
  var mantissa: Int64 = 0
  /// Digits of the size; meaningless where ``sizeScale`` is ``noSize``.
  var sizeMantissa: Int64 = 0
  /// What tells records of one series and one time apart; ``noID`` where the source has nothing.
  var id: Int64 = ImportRow.noID
  /// Line of the record, or its number in a binary file, counted from 1.
  var line: UInt32
  /// Column of the time, counted from 1.
  var timeColumn: UInt16 = 1
  /// Column of the price, counted from 1.
  var priceColumn: UInt16 = 1
  /// Number of the series: of the batch at first, of the tick file once the batch was taken over.
  var series: UInt16
  /// Digits of the price after the point.
  var scale: UInt8 = 0
  /// Digits of the size after the point.
  var sizeScale: UInt8 = ImportRow.noSize
  /// Bits of `TickFlags`.
  var flags: UInt8 = 0

  /// Marks a record without a number of its own.
  static let noID = Int64.min
  /// Marks a tick of a candle: its records are compared as candles, not as ticks.
  static let candleID = Int64.min + 1
  /// Marks a record without a size.
  static let noSize = PackedTick.noSize

  /// The price or rate.
  var price: ExactDecimal { ExactDecimal(mantissa: mantissa, scale: Int(scale)) }

  /// Whether the print is no market trade.
  var isOutsideOfTheMarket: Bool { flags & TickFlags.notMarketTrade.rawValue != 0 }

  /// The tick as it goes to the file.
  var tick: PackedTick {
    PackedTick(
      time: time, series: series, mantissa: mantissa, scale: scale,
      sizeMantissa: sizeScale == Self.noSize ? 0 : sizeMantissa, sizeScale: sizeScale, flags: flags)
  }

  /// Makes a row of a line, with the places of its time and price.
  init(_ time: Int64, _ price: ExactDecimal, series: UInt16, line: Int) {
    self.time = time
    mantissa = price.mantissa
    scale = UInt8(price.scale)
    self.series = series
    self.line = UInt32(clamping: line)
  }

  /// Makes a row whose time and price are still to come.
  @inline(__always)
  init(series: UInt16, line: Int) {
    self.series = series
    self.line = UInt32(clamping: line)
  }

  /// The row with a size.
  func sized(_ size: ExactDecimal?) -> ImportRow {
    guard let size else { return self }
    var row = self
    row.sizeMantissa = size.mantissa
    row.sizeScale = UInt8(size.scale)
    return row
  }

  /// The row with the columns of its time and price.
  func at(time: Int, price: Int) -> ImportRow {
    var row = self
    row.timeColumn = UInt16(clamping: time)
    row.priceColumn = UInt16(clamping: price)
    return row
  }

  /// The row with a number of its own.
  func numbered(_ id: Int64) -> ImportRow {
    var row = self
    row.id = id
    return row
  }
}
