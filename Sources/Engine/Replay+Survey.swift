internal import Kernels
internal import Margin
internal import Market
internal import Platform

extension Replay {
  /// Most stretches of a timeline.
  public static let maximumBuckets: Int64 = 4_000_000

  /// Counts what the replay holds, and samples the marks at the ends of equal stretches of time, in one pass.
  ///
  /// - Parameter bucketNanoseconds: width of the stretches, multiples since the epoch; nil for no samples.
  /// - Throws: errors of the tick files; `RunError` where there would be too many stretches.
  public func survey(bucketNanoseconds: Int64?) throws -> (ReplayStatistics, MarkSamples) {
    var source = try InstantSource(self)
    let chunk = InstantChunk(
      layout: source.layout, capacity: 16_384, unpriced: .init(unpriced: venue), scan: LineScan(.baseline))
    var samples = MarkSamples()
    var quotes = chunk.before
    while try source.fill(chunk) {
      guard let width = bucketNanoseconds else { continue }
      for instant in 0..<chunk.count {
        let time = chunk.times[instant]
        let bucket = time - ((time % width) + width) % width
        if let last = samples.buckets.last?.nanoseconds, bucket > last {
          if (bucket - last) / width + Int64(samples.buckets.count) > Self.maximumBuckets {
            throw RunError("a timeline of more than \(Self.maximumBuckets) stretches: use a longer one")
          }
          for start in stride(from: last + width, through: bucket, by: Int64.Stride(width)) {
            samples.buckets.append(Timestamp(nanoseconds: start))
            samples.marks.append(samples.marks[samples.marks.count - 1])
          }
        } else if samples.buckets.isEmpty {
          samples.buckets.append(Timestamp(nanoseconds: bucket))
          samples.marks.append(quotes.marks)
        }
        let isLastOfBucket = instant + 1 == chunk.count || chunk.times[instant + 1] >= bucket + width
        if isLastOfBucket {
          chunk.read(instant, into: &quotes)
          samples.marks[samples.marks.count - 1] = quotes.marks
        }
      }
    }
    return (source.statistics, samples)
  }
}
