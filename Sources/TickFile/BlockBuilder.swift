internal import Market

/// Collects the ticks of one block.
struct BlockBuilder {
  /// What all values of one kind of one series in the block have in common.
  struct Range {
    /// Decimals that all of them are brought to.
    var scale: UInt8 = 0
    /// Greatest absolute mantissa at that scale.
    var greatest: Int64 = 0

    /// Takes one more value; false, and nothing changed, where no common scale holds them all.
    @inline(__always)
    mutating func take(_ mantissa: Int64, _ scale: UInt8) -> Bool {
      let magnitude = Int64(bitPattern: mantissa.magnitude)
      if scale == self.scale {
        if magnitude > greatest { greatest = magnitude }
        return true
      }
      return takeOther(magnitude, scale)
    }

    /// Takes a value of another scale.
    private mutating func takeOther(_ magnitude: Int64, _ scale: UInt8) -> Bool {
      if scale > self.scale {
        guard let widened = PowersOfTen.widen(greatest, by: Int(scale - self.scale)) else { return false }
        self.scale = scale
        greatest = max(widened, magnitude)
      } else {
        guard let widened = PowersOfTen.widen(magnitude, by: Int(self.scale - scale)) else { return false }
        greatest = max(greatest, widened)
      }
      return true
    }
  }

  /// What is known of one series in the block.
  struct SeriesState {
    var count = 0
    /// Ticks with a size.
    var sizeCount = 0
    var firstTime: Int64 = 0
    var lastTime: Int64 = 0
    var price = Range()
    var size = Range()

    /// Takes one more tick; false, and nothing changed, where its price or size fits no common scale with
    /// those that are here.
    @inline(__always)
    mutating func take(_ tick: PackedTick) -> Bool {
      let before = price
      guard price.take(tick.mantissa, tick.scale) else { return false }
      if tick.hasSize {
        guard size.take(tick.sizeMantissa, tick.sizeScale) else {
          price = before
          return false
        }
        sizeCount += 1
      }
      if count == 0 { firstTime = tick.time }
      lastTime = tick.time
      count += 1
      return true
    }
  }

  /// The ticks, in their order.
  private(set) var ticks: [PackedTick] = []
  /// By series number.
  private(set) var states: [SeriesState] = []

  var count: Int { ticks.count }
  /// Numbers of the series that have ticks here, ascending.
  var present: [Int] { states.indices.filter { states[$0].count > 0 } }
  /// Whether any tick has a size.
  var anySize: Bool { states.contains { $0.sizeCount > 0 } }

  /// Makes room for one more series.
  mutating func addSeries() { states.append(SeriesState()) }

  /// Takes the tick, unless its price or size fits no common scale with those that are here.
  mutating func add(_ tick: PackedTick) -> Bool {
    guard states[Int(tick.series)].take(tick) else { return false }
    ticks.append(tick)
    return true
  }

  /// Takes those of `more` from `start` on that are in order behind `last`, have digits that the format holds
  /// and fit a common scale with those that are here, up to the first that does not and to `limit` ticks in
  /// the block; how many it took.
  mutating func add(_ more: [PackedTick], from start: Int, after last: Int64, limit: Int) -> Int {
    let end = min(more.count, start + max(0, limit - ticks.count))
    guard start < end else { return 0 }
    var last = last
    var index = start
    // The state of one series is kept at hand as long as its ticks follow each other.
    var number = Int(more[start].series)
    var state = states[number]
    while index < end {
      let tick = more[index]
      guard tick.time >= last, tick.fits else { break }
      if Int(tick.series) != number {
        states[number] = state
        number = Int(tick.series)
        state = states[number]
      }
      guard state.take(tick) else { break }
      last = tick.time
      index += 1
    }
    states[number] = state
    ticks.append(contentsOf: more[start..<index])
    return index - start
  }

  /// Starts the next block.
  mutating func removeAll() {
    for number in present { states[number] = SeriesState() }
    ticks.removeAll(keepingCapacity: true)
  }
}
