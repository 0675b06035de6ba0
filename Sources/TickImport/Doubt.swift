/// What a replay must not believe without a word. Each is counted under its name; `--strict` makes any of
/// them an error.
enum Doubt {
  /// No price of a market; the record is left out.
  static let price = "price of zero or below"
  /// The same record twice; the second one is left out.
  static let repeated = "repeated id"
  /// The same candle twice; the second one is left out.
  static let repeatedCandle = "repeated candle"
  /// Farther from the price before it than the user allows; the record is left out.
  static let jump = "jump beyond the bound"
  /// A print that is no market trade; it is kept with its flag.
  static let print = "print outside of the market (kept with its flag)"
  /// A record behind later ones; it is kept in its place.
  static let late = "late record (sorted into its place)"
  /// More time without a record than the user allows, or a missing candle.
  static let gap = "gap (nothing left out)"
}
