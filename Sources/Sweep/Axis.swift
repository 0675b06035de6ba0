public import Market
public import Platform

/// One axis of a sweep's grid: a name and the values that it takes in turn.
public struct Axis: Sendable {
  /// What an axis changes.
  public enum Target: Sendable, Hashable {
    /// The exposure of every cohort.
    case leverage
    /// A factor on every haircut of the venue.
    case haircutScale
    /// The mode of every cohort.
    case mode
    /// One value of the venue, by its path without `venue.`.
    case venue(path: String)
    /// One value of the population, by its path from the study's root.
    case population(path: String)
  }

  /// Its name as the study gives it; the name of its column.
  public var name: String
  /// Where it stands.
  public var location: SourceLocation
  /// What it changes.
  public var target: Target
  /// Its values, in order; never empty.
  public var values: [Document.Node]

  /// Its values as text: plain for single values, JSON for others.
  public func text(_ place: Int) -> String {
    if case .scalar(let scalar) = values[place].content { return scalar.text }
    return values[place].json
  }

  /// Whether it changes the venue.
  var isOfVenue: Bool {
    switch target {
    case .haircutScale, .venue: true
    case .leverage, .mode, .population: false
    }
  }
}
