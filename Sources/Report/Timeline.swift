public import Engine
public import Market

/// The stretches of time that `timeline.csv` counts in, with the marks at their ends.
public struct Timeline: Sendable {
  /// Width of a stretch in ns; stretches begin at multiples of it since the epoch.
  public var bucketNanoseconds: Int64
  /// The stretches and their marks.
  public var samples: MarkSamples
  /// The instruments that have a column, by place in the venue's table; nil for a column that this point's
  /// venue does not have.
  public var instruments: [InstrumentIndex?]

  /// Makes a timeline.
  public init(bucketNanoseconds: Int64, samples: MarkSamples, instruments: [InstrumentIndex?]) {
    precondition(bucketNanoseconds > 0)
    self.bucketNanoseconds = bucketNanoseconds
    self.samples = samples
    self.instruments = instruments
  }
}
