public import Market

extension Scenario {
  /// The broken lines of a crash, by minute since a midnight.
  struct Shape: Sendable {
    /// A value at a minute.
    typealias Knot = (minute: Double, value: Double)

    /// Minute 0, in ns since the epoch.
    var midnight: Int64
    var depth: [Knot]
    var stress: [Knot]
    var depeg: [Knot] = []
  }

  /// The crash's lines; nil where there is no crash.
  var shape: Shape? {
    switch self {
    case .calm: nil
    case .crash20200312: Self.march2020
    case .crash20210519: Self.may2021
    case .crash20221108: Self.november2022
    case .crash20251010: Self.october2025
    }
  }

  /// From 2020-03-12T00:00:00Z. The first leg ends at 5,690 at 11:00, the second begins at 5,800 at 23:00 and
  /// ends at the low at 02:15 (1575): 0.3975 and 0.367 are the logarithms of 5,690 and 5,800 over 7,300, as
  /// shares of that of 3,900.
  private static let march2020 = Shape(
    midnight: 1_583_971_200_000_000_000,
    depth: [
      (600, 0), (620, 0.12), (640, 0.30), (660, 0.3975), (690, 0.32), (780, 0.26), (1000, 0.32),
      (1200, 0.30), (1380, 0.367), (1410, 0.50), (1440, 0.60), (1500, 0.66), (1540, 0.80), (1560, 0.84),
      (1575, 1), (1583, 0.80), (1600, 0.62), (1680, 0.45), (2880, 0.48),
    ],
    stress: [
      (590, 0), (620, 0.8), (670, 0.6), (780, 0.3), (1370, 0.3), (1400, 0.8), (1500, 1), (1600, 1),
      (1700, 0.5), (2000, 0.15), (2880, 0),
    ])

  /// From 2021-05-19T00:00:00Z. 790 is 13:10, the low.
  private static let may2021 = Shape(
    midnight: 1_621_382_400_000_000_000,
    depth: [
      (0, 0), (180, 0.12), (360, 0.20), (600, 0.30), (720, 0.42), (750, 0.50), (765, 0.66), (775, 0.84),
      (780, 0.76), (790, 1), (795, 0.84), (802, 0.70), (820, 0.60), (840, 0.66), (900, 0.40), (1020, 0.46),
      (1200, 0.40), (1440, 0.45),
    ],
    stress: [(690, 0), (750, 1), (820, 1), (960, 0.4), (1200, 0.1), (1440, 0)])

  /// From 2022-11-08T00:00:00Z. 1185 is 19:45, at 17,120: the logarithm of 17,120 over 20,500 is 0.66 of that
  /// of 15,600. 2760 is 22:00 of the 9th, the low.
  private static let november2022 = Shape(
    midnight: 1_667_865_600_000_000_000,
    depth: [
      (0, 0), (600, 0.10), (960, 0.05), (1080, 0.20), (1140, 0.40), (1170, 0.52), (1185, 0.66), (1200, 0.55),
      (1260, 0.40), (1440, 0.38), (2000, 0.45), (2400, 0.62), (2640, 0.80), (2730, 0.86), (2760, 1),
      (2780, 0.86), (2880, 0.80), (3300, 0.80), (3720, 0.56), (4320, 0.60), (4700, 0.72),
    ],
    stress: [
      (900, 0), (1080, 0.6), (1180, 1), (1260, 0.6), (1440, 0.3), (2300, 0.3), (2640, 1), (2780, 1),
      (2900, 0.5), (4320, 0.25), (5760, 0),
    ])

  /// From 2025-10-10T00:00:00Z. 1250 is 20:50, 1280.5 the low between 21:20 and 21:21. Pegs are lost from
  /// 21:36 (1296) to 22:15 (1335), at the worst at 21:40, when contracts have recovered more than half.
  private static let october2025 = Shape(
    midnight: 1_760_054_400_000_000_000,
    depth: [
      (900, 0), (1250, 0.20), (1260, 0.34), (1270, 0.48), (1276, 0.74), (1279, 0.84), (1280.5, 1),
      (1282, 0.84), (1285, 0.68), (1290, 0.56), (1300, 0.415), (1335, 0.45), (1440, 0.42), (2880, 0.45),
    ],
    stress: [(1240, 0), (1252, 0.7), (1270, 1), (1310, 1), (1340, 0.5), (1440, 0.15), (2880, 0)],
    depeg: [
      (1296, 0), (1298, 0.45), (1300, 1), (1302, 0.80), (1308, 0.45), (1318, 0.25), (1335, 0),
    ])

  /// When ticks start where nothing else is said: early enough that accounts open before the crash.
  public var defaultStart: Timestamp {
    switch self {
    case .calm, .crash20210519: GenerateRequest.defaultStart
    case .crash20200312: Timestamp(nanoseconds: 1_583_971_200_000_000_000)
    case .crash20221108: Timestamp(nanoseconds: 1_667_779_200_000_000_000)
    case .crash20251010: Timestamp(nanoseconds: 1_760_054_400_000_000_000)
    }
  }

  /// How long ticks last where nothing else is said.
  public var defaultLength: GenerateRequest.Length {
    switch self {
    case .crash20221108: .duration(TimeSpan(nanoseconds: 432_000_000_000_000))
    default: GenerateRequest.defaultLength
    }
  }
}
