internal import Market

/// Collects the ticks of one block.
struct BlockBuilder {
  /// What all values of one kind of one series in the block have in common.
  struct Range {
    /// Decimals that all of them are brought to.
    var scale = 0
    /// Greatest absolute mantissa at that scale.
    var greatest: Int64 = 0

    /// The range with one more value, nil where no common scale holds them all.
    func adding(_ value: ExactDecimal) -> Range? {
      let magnitude = Int64(value.mantissa.magnitude)
      if value.scale == scale { return Range(scale: scale, greatest: max(greatest, magnitude)) }
      if value.scale > scale {
        guard let widened = PowersOfTen.widen(greatest, by: value.scale - scale) else { return nil }
        return Range(scale: value.scale, greatest: max(widened, magnitude))
      }
      guard let widened = PowersOfTen.widen(magnitude, by: scale - value.scale) else { return nil }
      return Range(scale: scale, greatest: max(greatest, widened))
    }
  }

  /// What is known of one series in the block.
  struct SeriesState {
    var count = 0
    var firstTime: Int64 = 0
    var lastTime: Int64 = 0
    var price = Range()
    var size = Range()
  }

  private(set) var times: [Int64] = []
  private(set) var series: [UInt16] = []
  private(set) var prices: [ExactDecimal] = []
  /// Sizes; scale ``TickFormat/noScale`` where the tick has none.
  private(set) var sizes: [ExactDecimal] = []
  private(set) var flags: [UInt8] = []
  private(set) var anySize = false
  private(set) var anyWithoutSize = false
  private(set) var anyFlag = false
  /// By series number.
  private(set) var states: [SeriesState] = []
  /// Numbers of the series that have ticks here.
  private(set) var present: [Int] = []

  var count: Int { times.count }

  /// Makes room for one more series.
  mutating func addSeries() { states.append(SeriesState()) }

  /// Takes the tick, unless its price or size fits no common scale with those that are here.
  mutating func add(_ tick: Tick) -> Bool {
    var state = states[tick.series]
    guard let price = state.price.adding(tick.price) else { return false }
    state.price = price
    if let size = tick.size {
      guard let range = state.size.adding(size) else { return false }
      state.size = range
      anySize = true
    } else {
      anyWithoutSize = true
    }
    if state.count == 0 {
      present.append(tick.series)
      state.firstTime = tick.time.nanoseconds
    }
    state.lastTime = tick.time.nanoseconds
    state.count += 1
    states[tick.series] = state
    times.append(tick.time.nanoseconds)
    series.append(UInt16(tick.series))
    prices.append(tick.price)
    sizes.append(tick.size ?? ExactDecimal(mantissa: 0, scale: Int(TickFormat.noScale)))
    flags.append(tick.flags.rawValue)
    if !tick.flags.isEmpty { anyFlag = true }
    return true
  }

  /// Starts the next block.
  mutating func removeAll() {
    for number in present { states[number] = SeriesState() }
    present.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    series.removeAll(keepingCapacity: true)
    prices.removeAll(keepingCapacity: true)
    sizes.removeAll(keepingCapacity: true)
    flags.removeAll(keepingCapacity: true)
    (anySize, anyWithoutSize, anyFlag) = (false, false, false)
  }
}
