import Market
import Random

/// What a wild world is made of: everything that its seed decides before a price or a person is drawn.
struct WildShape {
  /// Records over all files.
  var ticks: Int
  /// People of each point.
  var accounts: Int
  /// Points, each with people and rules of its own.
  var points: Int
  /// Tick files of the replay.
  var files: Int
  /// Whether files follow each other in time; else each holds series of its own.
  var splitsByTime: Bool
  var ticksPerBlock: Int
  /// Which kind of series plays the mark.
  var mark: MarkChoice?
  /// Instruments of the venue: two in USDT, one in USDC, one in BTC, then more in USDT.
  var instruments: Int
  /// Time of the first record, ns since the epoch.
  var start: Int64
  var clock: Clock
  /// How far prices go over the whole replay, as a fraction.
  var volatility: Double
  /// How far they fall together for a sixth of it, as a fraction.
  var crash: Double
  /// Whether prices are rounded so coarsely that many are equal.
  var isCoarse: Bool
  /// Share of prints that are no market trades.
  var flagged: Double
  /// Share of series that begin late.
  var late: Double
  /// Whether the venue settles funding where the ticks hold none.
  var hasDefaultFunding: Bool
  /// How often a funding series that is drawn speaks, and by how much it leans to one side, in millionths.
  var funding: (share: Double, lean: Int64)
  /// Changes of the rules at dates.
  var changes: Int

  /// How time goes by from record to record.
  enum Clock: CaseIterable {
    /// Some records share a time, others are half a second or one apart.
    case bursts
    /// Every record has a time of its own, a second after the one before.
    case steady
    /// Mostly one nanosecond apart.
    case nanoseconds
    /// Minutes, with now and then some hours between two records.
    case hours
  }

  /// Counts at the borders of the engines' leaves, nodes and pieces, and between them; `most` bounds them.
  private static func drawTicks(_ dice: inout RandomStream, most: Int) -> Int {
    let borders = [
      1, 2, 3, 15, 16, 17, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1_023, 1_024, 1_025, 1_087, 1_088, 1_089,
    ]
    let count =
      switch dice.uniform() {
      case ..<0.35: borders[dice.choice(count: borders.count)]
      case ..<0.65: 1 + dice.choice(count: 300)
      case ..<0.92: 300 + dice.choice(count: 1_700)
      case ..<0.99: 5_000 + dice.choice(count: 100)
      case ..<0.998: 16_380 + dice.choice(count: 10)
      default: 70_000
      }
    return min(count, most)
  }

  /// Draws a shape.
  ///
  /// - Parameter mostTicks: bounds the records.
  init(_ dice: inout RandomStream, mostTicks: Int) {
    ticks = Self.drawTicks(&dice, most: mostTicks)
    let most = ticks > 10_000 ? 6 : ticks > 2_500 ? 12 : 40
    accounts = 1 + dice.choice(count: dice.bernoulli(0.8) ? min(most, 16) : most)
    points = dice.bernoulli(0.8) ? 1 : 2 + dice.choice(count: 2)
    files = dice.bernoulli(0.6) ? 1 : 2 + dice.choice(count: 3)
    splitsByTime = dice.bernoulli(0.4)
    ticksPerBlock = [1, 7, 64, 700, 4_096, 65_536][dice.choice(count: 6)]
    if ticks > 2_500 { ticksPerBlock = max(ticksPerBlock, 64) }
    mark = [nil, nil, .mark, .trade, .mid][dice.choice(count: 5)]
    instruments = dice.bernoulli(0.9) ? 1 + dice.choice(count: 4) : 5 + dice.choice(count: 12)
    // Minutes before a midnight in UTC, so that interest falls due; now and then about the epoch itself.
    start = dice.bernoulli(0.95) ? World.start : -400 * World.second
    clock = Clock.allCases[dice.choice(weights: [0.5, 0.25, 0.1, 0.15])]
    volatility = [0, 0.001, 0.03, 0.2, 0.6][dice.choice(weights: [0.05, 0.2, 0.25, 0.35, 0.15])]
    crash = dice.bernoulli(0.5) ? 0.05 + 0.5 * dice.uniform() : 0
    isCoarse = dice.bernoulli(0.2)
    flagged = dice.bernoulli(0.4) ? 0.02 + 0.2 * dice.uniform() : 0
    late = dice.bernoulli(0.4) ? 0.3 : 0
    hasDefaultFunding = dice.bernoulli(0.5)
    funding = dice.bernoulli(0.7) ? (0.05, 0) : (1, Int64(dice.choice(count: 4_000)) - 2_000)
    changes = dice.bernoulli(0.6) ? 0 : 1 + dice.choice(count: 4)
  }
}
