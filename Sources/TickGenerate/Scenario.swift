import Market

/// The course of the market that the random movement is laid upon.
public enum Scenario: String, CaseIterable, Hashable, Sendable {
  /// A jump diffusion without a direction.
  case calm
  /// The fall of 19 May 2021: a slide through the morning, a free fall from 12:30 to 13:10 UTC, a partial
  /// recovery.
  ///
  /// Its times are absolute. The shape is ours; its figures are the day's published ones: BTC 43,943 to
  /// 30,000, ETH 3,442 to 1,888 and BNB 516 to 280 USDT with the lows at 13:09 and 13:10 UTC, and funding
  /// that turned to -0.09 % at 16:00.
  case crash20210519 = "crash-2021-05-19"

  /// How the scenario bends the market at one moment.
  struct Course: Hashable, Sendable {
    /// How far the price is on its way from the start (0) to the scenario's low (1), on a logarithmic scale.
    var depth = 0.0
    /// Tension of the market, 0 to 1: movement, trades and the discount of contracts grow with it.
    var stress = 0.0
  }

  /// Whether prices return to the scenario's course instead of wandering off.
  var returnsToCourse: Bool { self != .calm }

  /// The course at a moment.
  func course(at time: Timestamp) -> Course {
    switch self {
    case .calm: return Course()
    case .crash20210519:
      let minutes = Double(time.nanoseconds - Self.midnight) / 60e9
      return Course(
        depth: Self.interpolate(Self.crashDepth, minutes), stress: Self.interpolate(Self.crashStress, minutes)
      )
    }
  }

  /// 2021-05-19T00:00:00Z in ns since the epoch.
  private static let midnight: Int64 = 1_621_382_400_000_000_000

  /// Depth by minute of the day. 790 is 13:10, the low.
  private static let crashDepth: [(minute: Double, value: Double)] = [
    (0, 0), (180, 0.12), (360, 0.20), (600, 0.30), (720, 0.42), (750, 0.50), (765, 0.66), (775, 0.84),
    (780, 0.76), (790, 1), (795, 0.84), (802, 0.70), (820, 0.60), (840, 0.66), (900, 0.40), (1020, 0.46),
    (1200, 0.40), (1440, 0.45),
  ]

  /// Stress by minute of the day.
  private static let crashStress: [(minute: Double, value: Double)] = [
    (690, 0), (750, 1), (820, 1), (960, 0.4), (1200, 0.1), (1440, 0),
  ]

  /// A broken line through the knots, level before the first and after the last.
  private static func interpolate(_ knots: [(minute: Double, value: Double)], _ minute: Double) -> Double {
    guard let next = knots.firstIndex(where: { $0.minute > minute }) else { return knots.last?.value ?? 0 }
    guard next > 0 else { return knots[0].value }
    let (a, b) = (knots[next - 1], knots[next])
    return a.value + (b.value - a.value) * ((minute - a.minute) / (b.minute - a.minute))
  }
}
