public import Market

/// The prices of one instant: what every account is valued at.
///
/// A price that has not been seen yet is NaN; an account takes part only once it needs none of those.
public struct Quotes: Sendable {
  /// The instant.
  public var time: Timestamp
  /// Its number within the replay: instants of equal time stay apart.
  public var number = 0
  /// Mark price by instrument, in its margin asset per unit of its base.
  public var marks: [Double]
  /// Index price by asset, in USD per unit.
  public var index: [Double]

  /// Makes quotes; `marks` has one entry per instrument, `index` one per asset of the venue.
  public init(time: Timestamp, marks: [Double], index: [Double]) {
    self.time = time
    self.marks = marks
    self.index = index
  }

  /// Quotes of a venue at which nothing has a price yet.
  public init(unpriced venue: Venue) {
    self.init(
      time: Timestamp(nanoseconds: .min),
      marks: [Double](repeating: .nan, count: venue.instruments.count),
      index: [Double](repeating: .nan, count: venue.assets.count))
  }
}
