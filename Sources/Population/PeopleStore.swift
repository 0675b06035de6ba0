internal import Synchronization

/// Keeps people who were drawn for one point of a grid, for others that draw the same. Leverage is not theirs
/// to keep: axes mostly change it, and who they are does not depend on it.
public final class PeopleStore: Sendable {
  private struct Key: Hashable {
    var recipe: Int
    var numbers: Range<Int>
  }

  private struct State {
    var recipes: [PeopleRecipe] = []
    var people: [Key: DrawnPeople] = [:]
    var count = 0
  }

  /// The most people that are kept, some 50 MB.
  private static let limit = 1 << 18
  private let state = Mutex(State())

  /// An empty store.
  public init() {}

  /// The number of a recipe: equal recipes have the same.
  func number(of recipe: PeopleRecipe) -> Int {
    state.withLock { state in
      if let known = state.recipes.firstIndex(of: recipe) { return known }
      state.recipes.append(recipe)
      return state.recipes.count - 1
    }
  }

  /// The people behind a run of accounts, drawn by a plan of this recipe where nobody has drawn them yet.
  func people(_ numbers: Range<Int>, of plan: CohortPlan, recipe: Int) -> DrawnPeople {
    let key = Key(recipe: recipe, numbers: numbers)
    if let known = state.withLock({ $0.people[key] }) { return known }
    let drawn = DrawnPeople(numbers, of: plan)
    state.withLock { state in
      guard state.count + numbers.count <= Self.limit else { return }
      if state.people.updateValue(drawn, forKey: key) == nil { state.count += numbers.count }
    }
    return drawn
  }
}

/// All that the people of a plan depend on, but for their leverage.
struct PeopleRecipe: Hashable {
  private struct Part: Hashable {
    var weight: Double
    var equity: Draw
    var collateral: Cohort.Collateral
    var positions: Cohort.PositionPlan
    var open: Cohort.OpeningTime
  }

  private let seed: UInt64
  private let parts: [Part]

  init(seed: UInt64, _ cohorts: [Cohort]) {
    self.seed = seed
    parts = cohorts.map {
      Part(
        weight: $0.weight, equity: $0.equity, collateral: $0.collateral, positions: $0.positions,
        open: $0.open)
    }
  }
}
