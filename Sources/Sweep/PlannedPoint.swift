public import Engine
public import Margin
public import Market
public import Population
public import Report

/// One point of a grid, worked out: its rules and its people.
public struct PlannedPoint: Sendable {
  /// Its number, counted from 0.
  public var number: Int
  /// The values of the axes as text.
  public var axisValues: [String]
  /// The venue after overrides and axes.
  public var venue: Venue
  /// The rules and the time from which they hold; dated changes follow the first.
  public var rules: [(from: Timestamp, rules: Rules)]
  /// The people.
  public var population: Population

  /// The point as the engine sees it.
  public var enginePoint: EnginePoint {
    EnginePoint(rules: rules, accounts: population)
  }

  init(number: Int, axisValues: [String], venue: Venue, population: Population) {
    self.number = number
    self.axisValues = axisValues
    self.venue = venue
    self.population = population
    rules = [(Timestamp(nanoseconds: .min), Rules(venue))]
    for change in venue.changes { rules.append((change.at, Rules(change.venue))) }
  }
}

/// A population as the tables ask for it.
extension Population: PeopleFacts {
  /// What is known of account `number`, which counts from 0.
  public func facts(_ number: Int) -> PersonFacts {
    let profile = profile(of: number)
    return PersonFacts(
      label: profile.name, cohort: profile.cohort, mode: profile.mode, leverage: profile.leverage)
  }
}
