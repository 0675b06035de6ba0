import CRoof
import Kernels
import Platform
import Random

/// Marks and bounds of ticks: what the building of a tree over the ticks does most.
enum TickRaces {
  static func all() -> [Race] {
    [marks(16_384, "in L2"), marks(1 << 24, "in memory")]
      + [(3, 16_384, "in L2"), (3, 1 << 23, "in memory"), (1, 16_384, "in L2"), (8, 16_384, "in L2")]
      .map { envelopes($0, ticks: $1, $2) }
      + [(9, 16_384, "in L2"), (64, 16_384, "in L2")].map { envelopes($0, ticks: $1, $2) }
  }

  static func marks(_ ticks: Int, _ place: String) -> Race {
    var random = RandomStream(seed: 1, stream: 0, purpose: 0)
    var time: Int64 = 0
    let times = (0..<ticks).map { _ -> Int64 in
      if random.choice(count: 3) != 0 { time += 1_000_000 }
      return time
    }
    var masks = [UInt64](repeating: 0, count: (ticks + 63) / 64)
    var runners = [
      Runner(name: "plain Swift", level: nil) {
        var span = masks.mutableSpan
        plainMarks(times.span, &span)
        Sink.take(masks[0])
      }
    ]
    runners += Roofs.levels.map { level in
      Runner(name: level.rawValue, level: level) {
        var span = masks.mutableSpan
        TickMarks.equalTimes(times.span, previous: -1, into: &span, level: level)
        Sink.take(masks[0])
      }
    }
    return Race(
      title: "marks of equal times, \(place)", unit: "tick", units: ticks, runners: runners,
      bounds: Roofs.read([Roofs.loop(times)]))
  }

  private static func plainMarks(_ times: Span<Int64>, _ masks: inout MutableSpan<UInt64>) {
    var previous: Int64 = -1
    for word in 0..<(times.count + 63) / 64 {
      var mask: UInt64 = 0
      for place in word * 64..<min(times.count, word * 64 + 64) {
        if times[place] == previous { mask |= 1 << UInt64(place % 64) }
        previous = times[place]
      }
      masks[word] = mask
    }
  }

  static func envelopes(_ columns: Int, ticks: Int, _ place: String) -> Race {
    var random = RandomStream(seed: 2, stream: 0, purpose: 0)
    let numbers = (0..<ticks).map { _ in UInt16(random.choice(count: columns)) }
    let prices = (0..<ticks).map { _ in random.uniform(from: 1, to: 2) }
    let results = (ticks + 63) / 64 * columns
    var (lows, highs) = ([Double](repeating: 0, count: results), [Double](repeating: 0, count: results))
    var (ins, carry) = (lows, [Double](repeating: 0, count: columns))
    func runner(
      _ name: String, _ level: KernelLevel?,
      _ work:
        @escaping (
          Span<UInt16>, Span<Double>, inout MutableSpan<Double>, inout MutableSpan<Double>,
          inout MutableSpan<Double>, inout MutableSpan<Double>
        ) -> Void
    ) -> Runner {
      Runner(name: name, level: level) {
        var a = carry.mutableSpan
        var b = lows.mutableSpan
        var c = highs.mutableSpan
        var d = ins.mutableSpan
        work(numbers.span, prices.span, &a, &b, &c, &d)
        Sink.take(lows[0])
      }
    }
    var runners = [
      runner("plain Swift", nil, plainEnvelopes),
      runner("plain C", nil) { columns, prices, carry, lows, highs, ins in
        envelopesInC(columns, prices, &carry, &lows, &highs, &ins)
      },
    ]
    runners += Roofs.levels.map { level in
      runner(level.rawValue, level) { numbers, prices, carry, lows, highs, ins in
        LeafEnvelopes.measure(
          columns: numbers, prices: prices, count: carry.count, carry: &carry, lows: &lows, highs: &highs,
          carriedIn: &ins, level: level)
      }
    }
    // Every column is sought among all ticks, up to the number for which that is done.
    let operations = columns <= 8 ? columns * ticks : ticks
    return Race(
      title: "bounds of leaves, \(columns) columns, \(place)", unit: "tick", units: ticks, runners: runners,
      bounds: Roofs.read([Roofs.loop(prices), Roofs.loop(numbers)]) + Roofs.minmax(operations))
  }

  private static func plainEnvelopes(
    _ columns: Span<UInt16>, _ prices: Span<Double>, _ carry: inout MutableSpan<Double>,
    _ lows: inout MutableSpan<Double>, _ highs: inout MutableSpan<Double>, _ ins: inout MutableSpan<Double>
  ) {
    let count = carry.count
    for leaf in 0..<(columns.count + 63) / 64 {
      let base = leaf * count
      for column in 0..<count {
        lows[base + column] = carry[column]
        highs[base + column] = carry[column]
        ins[base + column] = carry[column]
      }
      for tick in leaf * 64..<min(columns.count, leaf * 64 + 64) {
        let column = Int(columns[tick])
        if column >= count { continue }
        let price = prices[tick]
        if price < lows[base + column] || lows[base + column] == 0 { lows[base + column] = price }
        if price > highs[base + column] { highs[base + column] = price }
        carry[column] = price
      }
    }
  }

  private static func envelopesInC(
    _ columns: Span<UInt16>, _ prices: Span<Double>, _ carry: inout MutableSpan<Double>,
    _ lows: inout MutableSpan<Double>, _ highs: inout MutableSpan<Double>, _ ins: inout MutableSpan<Double>
  ) {
    let count = carry.count
    // Safe: the caller has made room for every leaf and column.
    unsafe carry.withUnsafeMutableBufferPointer { carry in
      unsafe lows.withUnsafeMutableBufferPointer { lows in
        unsafe highs.withUnsafeMutableBufferPointer { highs in
          unsafe ins.withUnsafeMutableBufferPointer { ins in
            unsafe columns.withUnsafeBufferPointer { columns in
              unsafe prices.withUnsafeBufferPointer { prices in
                unsafe croof_envelopes(
                  columns.baseAddress, prices.baseAddress, prices.count, count, carry.baseAddress,
                  lows.baseAddress, highs.baseAddress, ins.baseAddress)
              }
            }
          }
        }
      }
    }
  }
}
