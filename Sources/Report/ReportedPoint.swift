public import Engine
public import Margin

/// What the tables say about an account besides what happened to it.
public struct PersonFacts: Sendable, Hashable {
  /// The account's name: its number where it was drawn, its own name where it was imported.
  public var label: String
  /// The cohort it belongs to; empty for none.
  public var cohort: String
  /// What backs its positions.
  public var mode: MarginMode
  /// Exposure: gross notional over gross equity, as drawn; nil where it was not drawn.
  public var leverage: Double?

  /// Makes facts.
  public init(label: String, cohort: String, mode: MarginMode, leverage: Double?) {
    self.label = label
    self.cohort = cohort
    self.mode = mode
    self.leverage = leverage
  }
}

/// Who the accounts of a point are.
public protocol PeopleFacts: Sendable {
  /// What is known of account `number`, which counts from 0.
  func facts(_ number: Int) -> PersonFacts
}

/// What a point is, whatever happens in it.
public struct PointFrame: Sendable {
  /// Its number, counted from 0.
  public var number: Int
  /// The values of the axes as text, in the order of the axes.
  public var axisValues: [String]
  /// The rules from the beginning; dated changes keep its tables.
  public var rules: Rules
  /// Who the accounts are.
  public var people: any PeopleFacts
  /// Records of the series used inside the window.
  public var ticks: Int

  /// Makes a frame.
  public init(number: Int, axisValues: [String], rules: Rules, people: any PeopleFacts, ticks: Int) {
    self.number = number
    self.axisValues = axisValues
    self.rules = rules
    self.people = people
    self.ticks = ticks
  }
}

/// One point of a finished simulation, with all that its rows need.
public struct ReportedPoint: Sendable {
  /// What the point is.
  public var frame: PointFrame
  /// What happened.
  public var result: PointResult

  /// Makes a point.
  public init(
    number: Int, axisValues: [String], rules: Rules, people: any PeopleFacts, result: PointResult, ticks: Int
  ) {
    frame = PointFrame(number: number, axisValues: axisValues, rules: rules, people: people, ticks: ticks)
    self.result = result
  }
}

extension AccountOutcome {
  /// The account where it took part: it opened and was not rejected.
  var participant: Account? { life.takesPart ? account : nil }
}
