internal import Kernels
internal import Platform

/// Which ticks start an instant, and which end one.
///
/// An instant is the longest run of ticks with equal time in which no column repeats.
struct InstantMarks: Sendable {
  private let level: KernelLevel
  /// Bit `i` of word `w`: tick `64·w + i` starts an instant.
  private var starts: [UInt64] = []
  /// Ticks that are marked; all of a word, or all that there are.
  private(set) var count = 0
  /// Time of the last of them.
  private var last: Int64 = 0
  /// By column: the instant at which it was last seen.
  private var seen: [Int]
  private var instant = 0

  /// - Parameter columns: how many columns ticks have.
  init(columns: Int, _ level: KernelLevel) {
    self.level = level
    seen = [Int](repeating: -1, count: columns)
  }

  /// Forgets all ticks; the memory is kept.
  mutating func clear() {
    starts.removeAll(keepingCapacity: true)
    count = 0
  }

  /// Forgets the ticks from the beginning of an instant on; no others come then.
  mutating func cut(at position: Int) {
    if position >= count { return }
    count = position
    starts.removeLast(starts.count - (position + 63) / 64)
    if position % 64 > 0 { starts[starts.count - 1] &= (1 << UInt64(position % 64)) - 1 }
  }

  /// Marks ticks.
  ///
  /// - Parameters:
  ///   - columns: by tick.
  ///   - times: by tick, never falling.
  ///   - end: the tick behind the last to mark. Where it does not end a word no others come.
  mutating func add(_ columns: [UInt16], _ times: [Int64], upTo end: Int) {
    if end <= count { return }
    precondition(count % 64 == 0)
    var equal = [UInt64](repeating: 0, count: (end - count + 63) / 64)
    var masks = equal.mutableSpan
    TickMarks.equalTimes(
      times.span.extracting(count..<end), previous: count == 0 ? times[0] &- 1 : last,
      into: &masks,
      level: level)
    for (word, mask) in equal.enumerated() {
      let tick = count + 64 * word
      starts.append(self.mark(mask, columns, tick..<min(end, tick + 64)))
    }
    (count, last) = (end, times[end - 1])
  }

  /// Which of `ticks`, at most 64, start an instant; `same` says which have the time of the tick before.
  private mutating func mark(_ same: UInt64, _ columns: [UInt16], _ ticks: Range<Int>) -> UInt64 {
    let all = ~UInt64(0) >> UInt64(64 - ticks.count)
    if same == 0 {
      instant += ticks.count
      seen[Int(columns[ticks.upperBound - 1])] = instant
      return all
    }
    var starts: UInt64 = 0
    for tick in ticks {
      let bit: UInt64 = 1 << UInt64(tick - ticks.lowerBound)
      let column = Int(columns[tick])
      if same & bit == 0 || seen[column] == instant {
        starts |= bit
        instant += 1
      }
      seen[column] = instant
    }
    return starts
  }

  /// Writes which ticks end an instant, and by word how many do before it, one number more than words.
  func ends(into ends: inout [UInt64], ranks: inout [Int]) {
    ends.fit(starts.count, 0)
    ranks.fit(starts.count + 1, 0)
    var sum = 0
    for word in starts.indices {
      // A tick ends an instant where the next one starts one, and so does the last.
      let next = word + 1 < starts.count ? starts[word + 1] : 0
      var mask = starts[word] >> 1 | next << 63
      if word + 1 == starts.count { mask |= 1 << UInt64((count - 1) % 64) }
      ends[word] = mask
      ranks[word] = sum
      sum += mask.nonzeroBitCount
    }
    ranks[starts.count] = sum
  }
}
