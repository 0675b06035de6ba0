import Market

/// The course of the market that the random movement is laid upon.
///
/// Crashes have absolute times. Their shapes are ours; the figures that they meet are published ones, which
/// the article of this module names with their sources.
public enum Scenario: String, CaseIterable, Hashable, Sendable {
  /// A jump diffusion without a direction.
  case calm
  /// 12 and 13 March 2020: two legs, from 10:00 to 11:00 and from 23:00 to 02:15 UTC.
  case crash20200312 = "crash-2020-03-12"
  /// The fall of 19 May 2021: a slide through the morning, a free fall from 12:30 to 13:10 UTC, a partial
  /// recovery.
  ///
  /// Its figures are the day's published ones: BTC 43,943 to 30,000, ETH 3,442 to 1,888 and BNB 516 to 280
  /// USDT with the lows at 13:09 and 13:10 UTC, and funding that turned to -0.09 % at 16:00.
  case crash20210519 = "crash-2021-05-19"
  /// 8 to 10 November 2022, the days of FTX: a first fall on the evening of the 8th, the low on that of the
  /// 9th.
  case crash20221108 = "crash-2022-11-08"
  /// 10 October 2025: half an hour from 20:50 to 21:20 UTC; then collateral assets lose their peg on the
  /// exchange's own index, while contracts recover.
  case crash20251010 = "crash-2025-10-10"

  /// How the scenario bends the market at one moment.
  struct Course: Hashable, Sendable {
    /// How far the price is on its way from the start (0) to the scenario's low (1), on a logarithmic scale.
    var depth = 0.0
    /// Tension of the market, 0 to 1: movement, trades and the discount of contracts grow with it.
    var stress = 0.0
    /// How far collateral assets are off their pegs (0 to 1), on a logarithmic scale.
    var depeg = 0.0
  }

  /// Whether prices return to the scenario's course instead of wandering off.
  var returnsToCourse: Bool { self != .calm }

  /// The course at a moment.
  func course(at time: Timestamp) -> Course {
    guard let shape else { return Course() }
    let minutes = Double(time.nanoseconds - shape.midnight) / 60e9
    return Course(
      depth: Self.interpolate(shape.depth, minutes), stress: Self.interpolate(shape.stress, minutes),
      depeg: Self.interpolate(shape.depeg, minutes))
  }

  /// A broken line through the knots, level before the first and after the last; 0 without knots.
  private static func interpolate(_ knots: [Shape.Knot], _ minute: Double) -> Double {
    guard let next = knots.firstIndex(where: { $0.minute > minute }) else { return knots.last?.value ?? 0 }
    guard next > 0 else { return knots[0].value }
    let (a, b) = (knots[next - 1], knots[next])
    return a.value + (b.value - a.value) * ((minute - a.minute) / (b.minute - a.minute))
  }
}
