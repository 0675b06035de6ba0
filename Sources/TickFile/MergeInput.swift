internal import Market

/// One file of a merge: the block under way and the place in it.
struct MergeInput {
  let reader: TickFileReader
  /// The merge's number of each series of the file.
  let numbers: [Int]
  /// The block under way.
  private(set) var current = TickColumns()
  private let columns: TickColumnSet
  /// The block to load next.
  private var nextBlock = 0
  private var position = 0

  init(reader: TickFileReader, numbers: [Int], columns: TickColumnSet) {
    self.reader = reader
    self.numbers = numbers
    self.columns = columns.union(.times)
  }

  /// Time of the next tick, nil at the end.
  var time: Int64? { position < current.count ? current.times[position] : nil }

  /// The ticks from here on that are earlier than `stop`, at most `limit`, within the block under way.
  func run(until stop: Int64?, atMost limit: Int) -> Range<Int> {
    let upper = min(current.count, position + limit)
    guard let stop else { return position..<upper }
    return position..<firstIndex(notBefore: stop, in: position..<upper)
  }

  private func firstIndex(notBefore stop: Int64, in range: Range<Int>) -> Int {
    // Runs are short when files interleave and long when they do not, so the search grows from the start.
    var low = range.lowerBound
    var step = 1
    while low + step < range.upperBound, current.times[low + step] < stop {
      low += step
      step *= 2
    }
    var high = min(low + step, range.upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if current.times[middle] < stop { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Moves on, to the next block where this one is used up.
  mutating func advance(to newPosition: Int) throws {
    position = newPosition
    if position == current.count { try loadNext() }
  }

  /// Decodes the next block; without one the input is at its end.
  mutating func loadNext() throws {
    position = 0
    guard nextBlock < reader.blocks.count else {
      current.clear(columns)
      return
    }
    try reader.decode(block: nextBlock, columns: columns, into: &current)
    nextBlock += 1
  }

  /// Moves to the first tick that is not before `start`; blocks before it are not read. `carried` gets the
  /// prices of this file that are the last ones before `start`, unless an earlier file has a later one.
  mutating func skip(before start: Int64, carried: inout [CarriedPrice?]) throws {
    let first = reader.blocks.firstIndex { $0.lastTime.nanoseconds >= start } ?? reader.blocks.count
    nextBlock = first
    var own = reader.carriedIn(block: first)
    if first < reader.blocks.count, reader.blocks[first].firstTime.nanoseconds < start {
      var before = TickColumns()
      try reader.decode(block: first, columns: [.times, .series, .exact, .flags], into: &before)
      for index in 0..<before.count {
        guard before.times[index] < start else { break }
        if TickFlags(rawValue: before.flags[index]).contains(.notMarketTrade) { continue }
        own[Int(before.series[index])] = CarriedPrice(
          time: Timestamp(nanoseconds: before.times[index]),
          price: ExactDecimal(mantissa: before.mantissas[index], scale: Int(before.scales[index])))
      }
    }
    for (number, price) in own.enumerated() {
      guard let price else { continue }
      // At equal times the later file's record comes last, so it is the one that is in force.
      if let other = carried[numbers[number]], other.time > price.time { continue }
      carried[numbers[number]] = price
    }
    try loadNext()
    if first < reader.blocks.count {
      try advance(to: firstIndex(notBefore: start, in: 0..<current.count))
    }
  }
}

extension TickFileReader {
  /// The last unflagged price of each series before block `number`, which may be that behind the last block.
  func carriedIn(block number: Int) -> [CarriedPrice?] {
    var result = lastPrices
    var isKnown = [Bool](repeating: false, count: series.count)
    var missing = series.count
    // The first block from here on in which a series has ticks tells what was in force before it.
    for block in blocks[number...] where missing > 0 {
      for zone in block.zones where !isKnown[zone.series] {
        isKnown[zone.series] = true
        missing -= 1
        result[zone.series] = zone.carriedIn
      }
    }
    return result
  }
}

extension TickColumns {
  /// No ticks; columns that are not in `columns` are emptied for good.
  mutating func clear(_ columns: TickColumnSet) { resize(0, columns) }

  /// Appends the ticks `run` of `other`, with its series numbers translated.
  mutating func append(_ other: TickColumns, _ run: Range<Int>, numbers: [Int], _ columns: TickColumnSet) {
    count += run.count
    if columns.contains(.times) { times.append(contentsOf: other.times[run]) }
    if columns.contains(.series) {
      series.append(contentsOf: other.series[run].lazy.map { UInt16(numbers[Int($0)]) })
    }
    if columns.contains(.prices) { prices.append(contentsOf: other.prices[run]) }
    if columns.contains(.exact) {
      mantissas.append(contentsOf: other.mantissas[run])
      scales.append(contentsOf: other.scales[run])
    }
    if columns.contains(.sizes) { sizes.append(contentsOf: other.sizes[run]) }
    if columns.isSuperset(of: [.exact, .sizes]) {
      sizeMantissas.append(contentsOf: other.sizeMantissas[run])
      sizeScales.append(contentsOf: other.sizeScales[run])
    }
    if columns.contains(.flags) { flags.append(contentsOf: other.flags[run]) }
  }
}
