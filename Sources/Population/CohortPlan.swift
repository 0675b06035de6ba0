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
    var person = people(with: number)[number]
    person.leverage = leverage(number, of: person.cohort)
    return person
  }

  /// The exposure of account `number`, which belongs to a cohort.
  func leverage(_ number: Int, of cohort: Int) -> Double {
    // A span gives an element without a copy of it.
    let cohorts = cohorts
    return cohorts.span[cohort].leverage.value(seed: seed, account: number, .leverage)
  }

  /// People with `number` among them, drawn but for their leverage.
  func people(with number: Int) -> DrawnPeople {
    if let drawn, drawn.numbers.contains(number) { return drawn }
    return DrawnPeople(number..<number + 1, of: self)
  }

  /// Works out what account `number` needs before it opens.
  func need(_ number: Int, _ venue: Venue, into needs: inout AccountNeeds) {
    let people = people(with: number)
    need(people.all.span[people.place(of: number)], venue, into: &needs)
  }

  private func need(_ person: borrowing Person, _ venue: Venue, into needs: inout AccountNeeds) {
    needs.begin(notBefore: person.notBefore)
    for part in person.collateral { needs.insert(part.asset) }
    let all = cohorts
    let (cohorts, instruments) = (all.span, venue.instruments.span)
    let cohort = person.cohort
    if cohorts[cohort].mode == .loan, let borrowed = venue.loan?.debtAsset { needs.insert(borrowed) }
    for part in person.positions {
      needs.insert(part.instrument, settledIn: instruments[part.instrument.rawValue].marginAsset)
    }
    needs.insert(cohorts[cohort].actions)
  }
}
