internal import Dispatch
internal import Market
internal import Synchronization

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

  /// Blocks that have been decoded ahead, the next one last, and columns whose memory is free.
  private var ahead: [Result<TickColumns, any Error>] = []
  private var spare: [TickColumns] = []
  private let threads: Int

  init(reader: TickFileReader, numbers: [Int], columns: TickColumnSet, threads: Int) {
    self.reader = reader
    self.threads = max(1, threads)
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

  /// Hands a whole block over, where all that is left of it comes next and its series have the numbers of the
  /// merge.
  ///
  /// - Returns: whether there were any ticks; nil where there is no such block.
  mutating func handOver(
    before end: Int64?, _ wanted: TickColumnSet, into out: inout TickColumns
  ) throws -> Bool? {
    guard wanted == columns, position == 0, current.count > 0, current.count <= MergedTicks.ticksPerChunk,
      end.map({ current.times[current.count - 1] < $0 }) ?? true,
      numbers.enumerated().allSatisfy({ $0.offset == $0.element })
    else { return nil }
    swap(&current, &out)
    try loadNext()
    return true
  }

  /// Decodes the next block; without one the input is at its end.
  mutating func loadNext() throws {
    position = 0
    if ahead.isEmpty { decodeAhead() }
    guard let next = ahead.popLast() else {
      current.clear(columns)
      return
    }
    var block = try next.get()
    swap(&block, &current)
    if spare.count < threads { spare.append(block) }
    nextBlock += 1
  }

  /// Decodes the next blocks side by side.
  private mutating func decodeAhead() {
    let blocks = nextBlock..<min(reader.blocks.count, nextBlock + threads)
    let empty = blocks.map { _ in spare.popLast() ?? TickColumns() }
    let (reader, columns) = (reader, columns)
    let decoded = Mutex([Result<TickColumns, any Error>?](repeating: nil, count: blocks.count))
    DispatchQueue.concurrentPerform(iterations: blocks.count) { place in
      var block = empty[place]
      let result = Result<TickColumns, any Error> {
        try reader.decode(block: blocks.lowerBound + place, columns: columns, into: &block)
        return block
      }
      decoded.withLock { $0[place] = result }
    }
    ahead = decoded.withLock { $0.compactMap { $0 }.reversed() }
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
