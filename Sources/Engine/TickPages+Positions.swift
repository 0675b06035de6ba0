internal import Kernels
internal import TickFile

/// Positions of a tape of pages.
extension TickPages {
  /// Time at a position that is not behind the last.
  func time(at position: Int) -> Int64 {
    let (number, tick) = position.quotientAndRemainder(dividingBy: Self.ticks)
    if tick == 0 { return entries[number].firstTime }
    if tick == Self.ticks - 1 { return entries[number].lastTime }
    if tick % Tape.leafTicks == 0 { return sheet(number).leafTimes[tick / Tape.leafTicks] }
    return page(number).times[tick]
  }

  /// The first end at or behind a position; ``count`` for none.
  func end(from position: Int) -> Int {
    var (number, tick) = position.quotientAndRemainder(dividingBy: Self.ticks)
    while number < entries.count {
      let sheet = sheet(number)
      var word = tick / 64
      var mask = sheet.ends[word] & (~0 << UInt64(tick % 64))
      while mask == 0 && word + 1 < sheet.ends.count {
        word += 1
        mask = sheet.ends[word]
      }
      if mask != 0 { return number * Self.ticks + word * 64 + mask.trailingZeroBitCount }
      (number, tick) = (number + 1, 0)
    }
    return count
  }

  /// The last end before a position above 0; −1 for none.
  func end(before position: Int) -> Int {
    var (number, tick) = (position - 1).quotientAndRemainder(dividingBy: Self.ticks)
    while number >= 0 {
      let sheet = sheet(number)
      var word = tick / 64
      var mask = sheet.ends[word] & (~0 >> UInt64(63 - tick % 64))
      while mask == 0 && word > 0 {
        word -= 1
        mask = sheet.ends[word]
      }
      if mask != 0 { return number * Self.ticks + word * 64 + 63 - mask.leadingZeroBitCount }
      (number, tick) = (number - 1, Self.ticks - 1)
    }
    return -1
  }

  /// How many instants end before a position.
  func instants(before position: Int) -> Int {
    if position == count { return instants }
    let (number, tick) = position.quotientAndRemainder(dividingBy: Self.ticks)
    let sheet = sheet(number)
    let mask = sheet.ends[tick / 64] & ((1 << UInt64(tick % 64)) - 1)
    return sheet.ranks[tick / 64] + mask.nonzeroBitCount
  }

  /// The first position whose time is not before `time`, where that at `start` is; ``count`` for none.
  func position(notBefore time: Int64, behind start: Int) -> Int {
    // The last page that begins earlier, or the one of `start`, holds it or ends before it.
    var (low, high) = (start / Self.ticks, entries.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if entries[middle].firstTime < time { low = middle } else { high = middle }
    }
    if entries[low].lastTime < time { return min(count, (low + 1) * Self.ticks) }
    let times = page(low).times
    var (from, to) = (max(start - low * Self.ticks, 0), Self.ticks - 1)
    while from < to {
      let middle = (from + to) / 2
      if times[middle] < time { from = middle + 1 } else { to = middle }
    }
    return low * Self.ticks + to
  }
}
