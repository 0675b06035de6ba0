internal import Margin
internal import Market
internal import Random

/// A population of cohorts: the recipe from which every account follows.
///
/// A class, because it is asked once an account and its copies would cost more than its answers.
final class CohortPlan: Sendable {
  let accounts: Int
  let seed: UInt64
  let cohorts: [Cohort]
  /// Keeps people for other points that draw the same, and the recipe that it knows those of this plan by;
  /// nil where nobody does.
  private let store: (people: PeopleStore, recipe: Int)?
  /// People who have been drawn beforehand.
  private let drawn: DrawnPeople?

  /// Makes a plan by which nobody has been drawn yet.
  init(accounts: Int, seed: UInt64, cohorts: [Cohort], store: PeopleStore? = nil) {
    self.accounts = accounts
    self.seed = seed
    self.cohorts = cohorts
    self.store = store.map { ($0, $0.number(of: PeopleRecipe(seed: seed, cohorts))) }
    drawn = nil
  }

  private init(_ plan: CohortPlan, drawn: DrawnPeople) {
    (accounts, seed, cohorts, store) = (plan.accounts, plan.seed, plan.cohorts, plan.store)
    self.drawn = drawn
  }

  /// The same plan with the people behind a run of accounts drawn beforehand.
  func drawing(_ numbers: Range<Int>) -> CohortPlan {
    let drawn =
      store.map { $0.people.people(numbers, of: self, recipe: $0.recipe) } ?? DrawnPeople(numbers, of: self)
    return CohortPlan(self, drawn: drawn)
  }

  /// The person behind account `number`, whatever the size of the population.
  func person(_ number: Int) -> Person {
    var person = traits(number)
    person.leverage = cohorts[person.cohort].leverage.value(seed: seed, account: number, .leverage)
    return person
  }

  /// A person without his leverage.
  private func traits(_ number: Int) -> Person {
    if let drawn, drawn.numbers.contains(number) { return drawn[number] }
    return DrawnPeople(number..<number + 1, of: self)[number]
  }

  /// Works out what account `number` needs before it opens.
  func need(_ number: Int, _ venue: Venue, into needs: inout AccountNeeds) {
    let person = traits(number)
    needs.begin(notBefore: person.notBefore)
    for part in person.collateral { needs.insert(part.asset) }
    if cohorts[person.cohort].mode == .loan, let borrowed = venue.loan?.debtAsset { needs.insert(borrowed) }
    for part in person.positions {
      needs.insert(part.instrument, settledIn: venue.instruments[part.instrument.rawValue].marginAsset)
    }
    needs.insert(cohorts[person.cohort].actions)
  }
}
