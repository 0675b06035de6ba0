/// Which numbers are accepted at a place.
public struct Bounds: Sendable, Hashable {
  /// The least number.
  public var lower: Double
  /// The greatest number.
  public var upper: Double
  /// Whether `lower` itself is refused.
  public var excludesLower: Bool
  /// Whether `upper` itself is refused.
  public var excludesUpper: Bool

  /// Makes bounds; infinite ends accept every finite number on their side.
  public init(
    _ lower: Double, _ upper: Double, excludesLower: Bool = false, excludesUpper: Bool = false
  ) {
    self.lower = lower
    self.upper = upper
    self.excludesLower = excludesLower
    self.excludesUpper = excludesUpper
  }

  /// Every finite number.
  public static let any = Bounds(-.infinity, .infinity)
  /// 0 to 1.
  public static let fraction = Bounds(0, 1)
  /// 0 or more.
  public static let notNegative = Bounds(0, .infinity)
  /// Units of an asset, of either sign. The limit is above every supply, and so far from the end of Double
  /// that no product of units and prices runs over it.
  public static let units = Bounds(-1e15, 1e15)
  /// Units of an asset, 0 or more.
  public static let unitsNotNegative = Bounds(0, 1e15)
  /// Units of an asset, more than 0.
  public static let unitsAboveZero = Bounds(0, 1e15, excludesLower: true)
  /// A price, more than 0; limited as ``units`` are.
  public static let price = Bounds(0, 1e15, excludesLower: true)
  /// More than 0.
  public static let positive = Bounds(0, .infinity, excludesLower: true)
  /// 0 or less.
  public static let notPositive = Bounds(-.infinity, 0)
  /// `value` or more.
  public static func atLeast(_ value: Double) -> Bounds { Bounds(value, .infinity) }

  /// Whether a number is accepted; infinity and NaN never are.
  public func contains(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    return (excludesLower ? value > lower : value >= lower)
      && (excludesUpper ? value < upper : value <= upper)
  }

  /// `0 to 1`, `above 0`, `0 or more`; empty where every number is accepted.
  public var text: String {
    let low = NumberText.shortest(lower)
    let high = NumberText.shortest(upper)
    return switch (lower.isFinite, upper.isFinite) {
    case (false, false): ""
    case (true, false): excludesLower ? "above \(low)" : "\(low) or more"
    case (false, true): excludesUpper ? "below \(high)" : "\(high) or less"
    case (true, true):
      (excludesLower ? "above \(low) " : "\(low) ") + (excludesUpper ? "to below \(high)" : "to \(high)")
    }
  }

  /// `a number 0 to 1`, for error messages.
  public var expectation: String { text.isEmpty ? "a finite number" : "a number, \(text)" }
}
