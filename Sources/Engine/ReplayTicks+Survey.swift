internal import Kernels
internal import Margin
internal import Market
internal import Platform

extension Replay {
  /// Counts what the replay holds, and samples the marks: ``ReplayTicks/survey(bucketNanoseconds:)`` for
  /// ticks that nothing else will use.
  public func survey(bucketNanoseconds: Int64?) throws -> (ReplayStatistics, MarkSamples) {
    var options = EngineOptions()
    options.chunkInstants = ReplayTicks.surveyTicks
    return try ReplayTicks(self, options: options).survey(bucketNanoseconds: bucketNanoseconds)
  }
}

extension ReplayTicks {
  /// Most stretches of a timeline.
  public static let maximumBuckets: Int64 = 4_000_000

  /// Counts what the replay holds, and samples the marks at the ends of equal stretches of time.
  ///
  /// - Parameter bucketNanoseconds: width of the stretches, multiples since the epoch; nil for no samples.
  /// - Throws: errors of the tick files; `RunError` where there would be too many stretches.
  public func survey(bucketNanoseconds: Int64?) throws -> (ReplayStatistics, MarkSamples) {
    var sampler = MarkSampler(map, width: bucketNanoseconds)
    if let whole = try whole(), let statistics {
      try sampler.take(whole)
      if let failure = whole.pages?.failure { throw failure }
      return (statistics, sampler.samples)
    }
    let feed = try feed(capacity: Self.surveyTicks)
    while try feed.next() { try sampler.take(feed.tape) }
    return (feed.statistics, sampler.samples)
  }
}

/// Samples marks at the ends of equal stretches of time.
private struct MarkSampler {
  private(set) var samples = MarkSamples()
  private let width: Int64?
  private var reader: TapeReader
  private var quotes: Quotes

  init(_ map: PriceMap, width: Int64?) {
    self.width = width
    reader = TapeReader(map)
    quotes = map.unpriced
  }

  /// Takes the next tape in.
  mutating func take(_ tape: Tape) throws {
    guard let width else { return }
    var position = tape.end(from: 0)
    while position < tape.count {
      let time = tape.time(at: position)
      let bucket = time - ((time % width) + width) % width
      try open(bucket, width)
      let (behind, isLast) = bucket.addingReportingOverflow(width)
      let next = isLast ? tape.count : tape.position(notBefore: behind, from: position)
      reader.read(tape, tape.end(before: next), into: &quotes)
      samples.marks[samples.marks.count - 1] = quotes.marks
      position = tape.end(from: next)
    }
  }

  /// Begins the stretch `bucket`; those before it in which nothing happened keep the marks before them.
  private mutating func open(_ bucket: Int64, _ width: Int64) throws {
    guard let last = samples.buckets.last?.nanoseconds else {
      samples.buckets.append(Timestamp(nanoseconds: bucket))
      samples.marks.append(quotes.marks)
      return
    }
    if bucket == last { return }
    if (bucket - last) / width + Int64(samples.buckets.count) > ReplayTicks.maximumBuckets {
      throw RunError("a timeline of more than \(ReplayTicks.maximumBuckets) stretches: use a longer one")
    }
    for start in stride(from: last + width, through: bucket, by: Int64.Stride(width)) {
      samples.buckets.append(Timestamp(nanoseconds: start))
      samples.marks.append(samples.marks[samples.marks.count - 1])
    }
  }
}
