/// Percentiles by nearest rank.
enum NearestRank {
  /// The value of rank `⌈percent/100 · count⌉` in rising order, ranks counted from 1; nil without values.
  ///
  /// - Parameters:
  ///   - percent: 1...100.
  ///   - sorted: rising; may hold infinity.
  static func percentile(_ percent: Int, ofSorted sorted: [Double]) -> Double? {
    precondition((1...100).contains(percent))
    guard !sorted.isEmpty else { return nil }
    // In whole numbers, because 0.9 · 10 need not be 9 in binary.
    let rank = (percent * sorted.count + 99) / 100
    return sorted[rank - 1]
  }
}
