import Market

/// The funding rate of one instrument: the premium of the contract over its index, averaged since the last
/// settlement.
///
/// `F = P + clamp(I − P, −0.05 %, 0.05 %)` with the average premium `P` and the interest `I`; at most 0.75 %
/// in size. Source: the exchange's published formula.
struct FundingMeter {
  /// Time between settlements, from midnight UTC on, in ns.
  static let interval: Int64 = 28_800_000_000_000
  private static let band = 0.0005
  private static let limit = 0.0075
  /// Rates are published with eight decimals.
  private static let decimals = (scale: 8, factor: 1e8)

  private let interest: Double
  private var sum = 0.0
  private var count = 0

  init(interest: Double) { self.interest = interest }

  /// Takes one sample of the premium, as a fraction of the index.
  mutating func add(_ premium: Double) {
    sum += premium
    count += 1
  }

  /// The rate of the settlement that is due; the average starts anew.
  mutating func settle() -> ExactDecimal {
    let premium = count > 0 ? sum / Double(count) : 0
    sum = 0
    count = 0
    let correction = min(max(interest - premium, -Self.band), Self.band)
    let rate = min(max(premium + correction, -Self.limit), Self.limit)
    return ExactDecimal(
      mantissa: Int64((rate * Self.decimals.factor).rounded()), scale: Self.decimals.scale)
  }

  /// The first settlement after `time`, both in ns since the epoch.
  static func settlement(after time: Int64) -> Int64 {
    let (quotient, remainder) = time.quotientAndRemainder(dividingBy: interval)
    return (remainder < 0 ? quotient : quotient + 1) * interval
  }
}
