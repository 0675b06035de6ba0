internal import Market

/// Which columns a reader shall fill.
public struct TickColumnSet: OptionSet, Hashable, Sendable {
  /// The bits.
  public var rawValue: Int
  /// Wraps bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// ``TickColumns/times``.
  public static let times = TickColumnSet(rawValue: 1)
  /// ``TickColumns/series``.
  public static let series = TickColumnSet(rawValue: 2)
  /// ``TickColumns/prices``.
  public static let prices = TickColumnSet(rawValue: 4)
  /// ``TickColumns/mantissas`` and ``TickColumns/scales``, and for sizes when ``sizes`` is asked for too.
  public static let exact = TickColumnSet(rawValue: 8)
  /// ``TickColumns/sizes``.
  public static let sizes = TickColumnSet(rawValue: 16)
  /// ``TickColumns/flags``.
  public static let flags = TickColumnSet(rawValue: 32)

  /// What a replay needs.
  public static let replay: TickColumnSet = [.times, .series, .prices, .flags]
  /// Everything.
  public static let all: TickColumnSet = [.times, .series, .prices, .exact, .sizes, .flags]
}

/// Decoded ticks as columns. A column that was asked for has ``count`` elements, the others are empty.
public struct TickColumns: Sendable {
  /// How many ticks.
  public internal(set) var count = 0
  /// Nanoseconds since the epoch, never falling.
  public internal(set) var times: [Int64] = []
  /// Series numbers: places in the reader's or the merge's `series`.
  public internal(set) var series: [UInt16] = []
  /// Prices, each the Double nearest to the decimal.
  public internal(set) var prices: [Double] = []
  /// Price mantissas: the price is `mantissa / 10^scale`.
  public internal(set) var mantissas: [Int64] = []
  /// Decimals of the mantissas, 0...22, one per tick.
  public internal(set) var scales: [UInt8] = []
  /// Sizes, NaN for a tick without one.
  public internal(set) var sizes: [Double] = []
  /// Size mantissas, 0 for a tick without size.
  public internal(set) var sizeMantissas: [Int64] = []
  /// Decimals of the size mantissas, 255 for a tick without size.
  public internal(set) var sizeScales: [UInt8] = []
  /// ``TickFlags`` as raw values.
  public internal(set) var flags: [UInt8] = []

  /// Buffers that a decode needs on its way, kept from call to call.
  var scratch = DecodeScratch()

  /// Makes empty columns; pass the same value to call after call, so that its memory is used again.
  public init() {}

  /// Tick `index` with its exact values; needs all columns of ``TickColumnSet/all``.
  public func tick(_ index: Int) -> Tick { packed(index).tick }

  /// Tick `index` as the writer takes it; needs all columns of ``TickColumnSet/all``.
  public func packed(_ index: Int) -> PackedTick {
    PackedTick(
      time: times[index], series: series[index], mantissa: mantissas[index], scale: scales[index],
      sizeMantissa: sizeMantissas[index], sizeScale: sizeScales[index], flags: flags[index])
  }

  /// Gives every column of `columns` `count` elements and empties the others.
  mutating func resize(_ newCount: Int, _ columns: TickColumnSet) {
    count = newCount
    func fit<T>(_ array: inout [T], _ wanted: Bool, _ filler: T) {
      let target = wanted ? newCount : 0
      if array.count > target {
        array.removeLast(array.count - target)
      } else if array.count < target {
        array.append(contentsOf: repeatElement(filler, count: target - array.count))
      }
    }
    fit(&times, columns.contains(.times), 0)
    fit(&series, columns.contains(.series), 0)
    fit(&prices, columns.contains(.prices), 0)
    fit(&mantissas, columns.contains(.exact), 0)
    fit(&scales, columns.contains(.exact), 0)
    fit(&sizes, columns.contains(.sizes), 0)
    fit(&sizeMantissas, columns.isSuperset(of: [.exact, .sizes]), 0)
    fit(&sizeScales, columns.isSuperset(of: [.exact, .sizes]), 0)
    fit(&flags, columns.contains(.flags), 0)
  }
}
