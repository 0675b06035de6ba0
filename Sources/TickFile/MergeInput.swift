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
  /// The block to load next, and its first span that is wanted.
  private var nextBlock = 0
  private var nextSpan = 0
  /// Spans that start then or later are not wanted; nil for none.
  private let end: Int64?
  private var position = 0

  /// Blocks that have been decoded ahead, the next one last, and columns whose memory is free.
  private var ahead: [Result<TickColumns, any Error>] = []
  private var spare: [TickColumns] = []
  private let threads: Int

  init(reader: TickFileReader, numbers: [Int], columns: TickColumnSet, end: Int64?, threads: Int) {
    self.reader = reader
    self.end = end
    self.threads = max(1, threads)
    self.numbers = numbers
    self.columns = columns.union(.times)
  }

  /// Time of the next tick, nil at the end.
  var time: Int64? { position < current.count ? current.times[position] : nil }

  /// Time of the last tick of the block under way, nil at the end.
  var lastTime: Int64? { position < current.count ? current.times[current.count - 1] : nil }

  /// The ticks from here on that are earlier than `stop`, at most `limit`, within the block under way.
  func run(until stop: Int64?, atMost limit: Int? = nil) -> Range<Int> {
    let upper = limit.map { min(current.count, position + $0) } ?? current.count
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
  }

  /// The spans of a block that are wanted.
  private func spans(ofBlock block: Int, from first: Int) -> Range<Int> {
    let spans = reader.blocks[block].spans
    guard let end else { return first..<spans.count }
    return first..<max(first, spans.firstIndex { $0.firstTime.nanoseconds >= end } ?? spans.count)
  }

  /// Decodes the next blocks side by side.
  private mutating func decodeAhead() {
    var parts: [(block: Int, spans: Range<Int>)] = []
    while parts.count < threads, nextBlock < reader.blocks.count {
      let spans = spans(ofBlock: nextBlock, from: nextSpan)
      guard !spans.isEmpty else { break }
      parts.append((nextBlock, spans))
      nextBlock += 1
      nextSpan = 0
    }
    let empty = parts.map { _ in spare.popLast() ?? TickColumns() }
    let (reader, columns, wanted) = (reader, columns, parts)
    let decoded = Mutex([Result<TickColumns, any Error>?](repeating: nil, count: parts.count))
    DispatchQueue.concurrentPerform(iterations: parts.count) { place in
      var block = empty[place]
      let (number, spans) = wanted[place]
      let result = Result<TickColumns, any Error> {
        try reader.decode(block: number, spans: spans, columns: columns, into: &block)
        return block
      }
      decoded.withLock { $0[place] = result }
    }
    ahead = decoded.withLock { $0.compactMap { $0 }.reversed() }
  }

  /// Moves to the first tick that is not before `start`; spans before it are not read. `carried` gets the
  /// prices of this file that are the last ones before `start`, unless an earlier file has a later one.
  mutating func skip(before start: Int64, carried: inout [CarriedPrice?]) throws {
    let time = Timestamp(nanoseconds: start)
    nextBlock = reader.blocks.firstIndex { $0.lastTime >= time } ?? reader.blocks.count
    var own = reader.carriedIn(block: nextBlock)
    if nextBlock < reader.blocks.count {
      let spans = reader.blocks[nextBlock].spans
      nextSpan = spans.firstIndex { $0.lastTime >= time } ?? 0
      own = reader.carriedIn(block: nextBlock, span: nextSpan)
      if spans[nextSpan].firstTime < time {
        var before = TickColumns()
        try reader.decode(
          block: nextBlock, span: nextSpan, columns: [.times, .series, .exact, .flags], into: &before)
        for index in 0..<before.count {
          guard before.times[index] < start else { break }
          if TickFlags(rawValue: before.flags[index]).contains(.notMarketTrade) { continue }
          own[Int(before.series[index])] = CarriedPrice(
            time: Timestamp(nanoseconds: before.times[index]),
            price: ExactDecimal(mantissa: before.mantissas[index], scale: Int(before.scales[index])))
        }
      }
    }
    for (number, price) in own.enumerated() {
      guard let price else { continue }
      // At equal times the later file's record comes last, so it is the one that is in force.
      if let other = carried[numbers[number]], other.time > price.time { continue }
      carried[numbers[number]] = price
    }
    try loadNext()
    if current.count > 0 { try advance(to: firstIndex(notBefore: start, in: 0..<current.count)) }
  }
}
