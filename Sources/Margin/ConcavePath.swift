/// Zeros of a concave, piecewise linear function of one quantity, whose kinks are known.
enum ConcavePath {
  /// The least quantity at which the function is not below 0; nil where it is below 0 at all points.
  ///
  /// - Parameters:
  ///   - points: rising, among them every kink; the function is looked at from the first to the last.
  ///   - slack: the function.
  static func firstReachingZero(along points: [Double], _ slack: (Double) -> Double) -> Double? {
    guard var start = points.first else { return nil }
    var before = slack(start)
    if before >= 0 { return start }
    for end in points.dropFirst() {
      let after = slack(end)
      let share = before / (before - after)
      // The end itself, where it is the zero: no rounding may leave a rest.
      if after >= 0 { return share >= 1 ? end : min(end, start + (end - start) * share) }
      (start, before) = (end, after)
    }
    return nil
  }

  /// The largest quantity up to which the function stays at 0 or above; the first point where it is below 0
  /// there, nil where it is not below 0 at any point.
  static func lastAboveZero(along points: [Double], _ slack: (Double) -> Double) -> Double? {
    guard var start = points.first else { return nil }
    var before = slack(start)
    if before < 0 { return start }
    for end in points.dropFirst() {
      let after = slack(end)
      if after < 0 { return start + (end - start) * (before / (before - after)) }
      (start, before) = (end, after)
    }
    return nil
  }
}
