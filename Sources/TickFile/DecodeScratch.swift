internal import Kernels

/// One series of a span, as the price column lists it.
struct SpanGroup: Sendable {
  /// Place in the block's list of series.
  var place: Int
  var count: Int
  /// Low bits of its prices.
  var lowBits: Int
  /// Mantissa of its first price.
  var first: Int64
}

/// Buffers of a decode.
struct DecodeScratch: Sendable {
  /// Frames as read.
  var frame: [UInt8] = []
  /// A column of a span before it is put together, with ``padding`` bytes behind.
  var raw: [UInt8] = []
  /// The series of the span under way.
  var groups: [SpanGroup] = []
  /// Places in `groups`, by tick; of two bytes where there are more than 256.
  var places: [UInt8] = []
  var widePlaces: [UInt16] = []
  /// Values of all groups, one group behind the other.
  var doubles: [Double] = []
  var integers: [Int64] = []
  /// Where each group's next value is.
  var starts = [Int](repeating: 0, count: GroupedColumns.maximumGroups)
  /// A number for each group.
  var table = [UInt16](repeating: 0, count: GroupedColumns.maximumGroups)
  private var ownDecompressor: ZstdDecompressor?

  /// Bytes behind what a frame holds that the loops may read.
  static let padding = 64

  /// The decompressor of this value alone; a copy gets one of its own.
  var decompressor: ZstdDecompressor {
    mutating get {
      if isKnownUniquelyReferenced(&ownDecompressor), let own = ownDecompressor { return own }
      let made = ZstdDecompressor()
      ownDecompressor = made
      return made
    }
  }

  /// Makes room for the values of a span.
  mutating func reserve() {
    // A group starts within the span, and no place leads further than the ticks of the span from there.
    let values = 2 * TickFormat.ticksPerSpan + GroupedColumns.slack
    if doubles.count < values {
      doubles = [Double](repeating: 0, count: values)
      integers = [Int64](repeating: 0, count: values)
      places = [UInt8](repeating: 0, count: TickFormat.ticksPerSpan + GroupedColumns.slack)
    }
  }

  /// The group of a tick of the span.
  func group(_ tick: Int) -> Int {
    switch groups.count {
    case 1: 0
    case ...GroupedColumns.maximumGroups: Int(places[tick])
    default: Int(widePlaces[tick])
    }
  }
}
