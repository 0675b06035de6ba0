import Dispatch
import Market
import Support
import Synchronization
import Testing

@testable import TickFile

/// Spans: what the footer says of them and what decoding one alone gives.
struct SpanTests {
  /// Two blocks of three spans and one of one, and the ticks that were written.
  private static func make(
    _ folder: TemporaryDirectory, seed: UInt64 = 71
  ) throws -> (reader: TickFileReader, sample: Sample) {
    let sample = Samples.random(22_000, seed: seed)
    try Samples.write(sample, to: folder.file("a"), ticksPerBlock: 10_000)
    return (try TickFileReader(path: folder.file("a")), sample)
  }

  /// Exact decimals for comparison, by place in the sample.
  private static func lines(_ columns: TickColumns, _ series: [SeriesKey]) -> [String] {
    Sample(series: series, ticks: (0..<columns.count).map { columns.tick($0) }).canonical
  }

  @Test func everySpanAloneEqualsItsPartOfTheFile() throws {
    let folder = try TemporaryDirectory()
    let (reader, sample) = try Self.make(folder)
    let expected = sample.canonical
    #expect(reader.blocks.map(\.spanCount) == [3, 3, 1])
    var columns = TickColumns()
    for (number, block) in reader.blocks.enumerated() {
      let start = number * 10_000
      for span in 0..<block.spanCount {
        let ticks = block.ticks(ofSpan: span)
        try reader.decode(block: number, span: span, columns: .all, into: &columns)
        #expect(
          Self.lines(columns, reader.series)
            == Array(expected[start + ticks.lowerBound..<start + ticks.upperBound]))
        #expect(block.spans[span].count == ticks.count)
        try reader.decode(block: number, span: span, columns: [.prices, .series], into: &columns)
        let doubles = sample.ticks[start + ticks.lowerBound..<start + ticks.upperBound].map {
          $0.price.double
        }
        #expect(columns.prices == doubles && columns.times.isEmpty && columns.flags.isEmpty)
      }
      try reader.decode(block: number, spans: 0..<0, columns: .all, into: &columns)
      #expect(columns.count == 0)
      let all = 0..<min(2, block.spanCount)
      try reader.decode(block: number, spans: all, columns: .all, into: &columns)
      #expect(
        Self.lines(columns, reader.series)
          == Array(expected[start..<start + block.ticks(ofSpan: all.upperBound - 1).upperBound]))
    }
  }

  @Test func theFooterSaysWhatEverySpanHolds() throws {
    let folder = try TemporaryDirectory()
    let (reader, sample) = try Self.make(folder)
    var carried = [ExactDecimal?](repeating: nil, count: sample.series.count)
    var times = [Timestamp?](repeating: nil, count: sample.series.count)
    var open: (time: Timestamp, series: Set<Int>)?
    var sum = 0
    for (number, block) in reader.blocks.enumerated() {
      for span in 0..<block.spanCount {
        let found = reader.carriedIn(block: number, span: span)
        #expect(found.map { $0?.price } == carried)
        #expect(found.map { $0?.time } == times)
        let range = block.ticks(ofSpan: span)
        let ticks = sample.ticks[number * 10_000 + range.lowerBound..<number * 10_000 + range.upperBound]
        let info = block.spans[span]
        #expect(info.firstTime == ticks.first?.time && info.lastTime == ticks.last?.time)
        var instants = 0
        for tick in ticks where !tick.flags.contains(.notMarketTrade) {
          if let known = open, known.time == tick.time, !known.series.contains(tick.series) {
            open?.series.insert(tick.series)
          } else {
            open = (tick.time, [tick.series])
            instants += 1
          }
        }
        #expect(info.instants == instants)
        sum += instants
        #expect(info.hasFlags == ticks.contains { !$0.flags.isEmpty })
        for series in sample.series.indices {
          let own = ticks.filter { $0.series == series && !$0.flags.contains(.notMarketTrade) }
          let envelope = info.envelopes.first { $0.series == series }
          #expect(envelope?.lowest == own.map { $0.price.double }.min())
          #expect(envelope?.highest == own.map { $0.price.double }.max())
          #expect(envelope?.last.price == own.last?.price.canonical)
          guard let last = own.last else { continue }
          carried[series] = last.price.canonical
          times[series] = last.time
        }
      }
      #expect(reader.carriedIn(block: number + 1).map { $0?.price } == carried)
    }
    #expect(sum < sample.ticks.count * 9 / 10, "the sample has instants of several ticks")
  }

  @Test func aWindowAnywhereHoldsItsTicks() throws {
    let folder = try TemporaryDirectory()
    let (reader, sample) = try Self.make(folder)
    let times = sample.ticks.map(\.time.nanoseconds)
    let lines = sample.canonical
    // Around the ends of spans and blocks, and where windows hold little or nothing.
    let edges = [0, 1, 4_095, 4_096, 4_097, 8_192, 9_999, 10_000, 10_001, 14_096, 20_000, 21_999]
    for from in edges {
      for to in edges where to >= from {
        let (start, end) = (times[from], times[to] + 1)
        for threads in [1, 3] {
          let merged = try MergedTicks(
            readers: [reader], columns: .all, window: MergeTests.window(start, end), threads: threads)
          let expected = times.indices.filter { times[$0] >= start && times[$0] < end }.map { lines[$0] }
          #expect(try MergeTests.lines(merged) == expected)
          let before = times.firstIndex(of: start) ?? 0
          let carried = sample.series.indices.map { series in
            sample.ticks[..<before].last { $0.series == series && $0.flags.isEmpty }?.price.double
          }
          #expect(merged.carriedIn == carried)
        }
      }
    }
  }

  @Test func aDamagedSpanHarmsNoOther() throws {
    let folder = try TemporaryDirectory()
    let (reader, sample) = try Self.make(folder)
    var bytes = try folder.bytes("a")
    let block = reader.blocks[1]
    let price = try #require(block.place(of: .price))
    let frame = block.frame(column: price, span: 1)
    bytes[frame.offset + frame.size / 2] ^= 16
    let damaged = try TickFileReader(path: folder.write("b", bytes: bytes))
    var columns = TickColumns()
    for span in [0, 2] {
      try damaged.decode(block: 1, span: span, columns: .all, into: &columns)
      let ticks = block.ticks(ofSpan: span)
      #expect(
        Self.lines(columns, reader.series)
          == Array(sample.canonical[10_000 + ticks.lowerBound..<10_000 + ticks.upperBound]))
    }
    try damaged.decode(block: 1, span: 1, columns: .times, into: &columns)
    #expect(columns.count == 4_096)
    #expect(throws: (any Error).self) {
      try damaged.decode(block: 1, span: 1, columns: .prices, into: &columns)
    }
    #expect(throws: (any Error).self) { try damaged.decode(block: 1, columns: .prices, into: &columns) }
  }

  @Test func manyThreadsReadOneFile() throws {
    let folder = try TemporaryDirectory()
    let (reader, sample) = try Self.make(folder)
    let expected = sample.canonical
    let wrong = Mutex(0)
    // Copies share their buffers until one of them decodes.
    var first = TickColumns()
    try reader.decode(block: 0, columns: .all, into: &first)
    let shared = first
    DispatchQueue.concurrentPerform(iterations: 64) { turn in
      var columns = shared
      let number = turn % 3
      let span = turn % reader.blocks[number].spanCount
      let ticks = reader.blocks[number].ticks(ofSpan: span)
      let part = expected[number * 10_000 + ticks.lowerBound..<number * 10_000 + ticks.upperBound]
      let isRight =
        (try? reader.decode(block: number, span: span, columns: .all, into: &columns)) != nil
        && Self.lines(columns, reader.series) == Array(part)
      if !isRight { wrong.withLock { $0 += 1 } }
    }
    #expect(wrong.withLock { $0 } == 0)
  }

  /// A block of more series than a byte can name, and ticks that alternate between them.
  @Test(arguments: [1, 2, 5, 17, 300, 5_000])
  func anyNumberOfSeriesComesBack(count: Int) throws {
    let folder = try TemporaryDirectory()
    let series = (0..<count).map { SeriesKey(symbol: "S\($0)", kind: .trade) }
    let ticks = (0..<9_000).map { index in
      Tick(
        time: Timestamp(nanoseconds: Int64(index)), series: index * 7 % count,
        price: ExactDecimal(mantissa: Int64(index * index % 100_003), scale: 3),
        size: index % 5 == 0 ? nil : ExactDecimal(mantissa: Int64(index % 900), scale: 2),
        flags: index % 11 == 0 ? .notMarketTrade : [])
    }
    let sample = Sample(series: series, ticks: ticks)
    try Samples.write(sample, to: folder.file("a"))
    #expect(try Samples.read(folder.file("a")).canonical == sample.canonical)
    _ = try TickFileVerifier(path: folder.file("a")).verify()
  }
}
