internal import Margin
internal import Market
internal import Random

/// A population of cohorts: the recipe from which every account follows.
struct CohortPlan: Sendable {
  var accounts: Int
  var seed: UInt64
  var cohorts: [Cohort]
  /// People who have been drawn beforehand.
  private var drawn: DrawnPeople?

  init(accounts: Int, seed: UInt64, cohorts: [Cohort]) {
    self.accounts = accounts
    self.seed = seed
    self.cohorts = cohorts
  }

  /// The same plan with the people behind a run of accounts drawn beforehand.
  func drawing(_ numbers: Range<Int>) -> CohortPlan {
    var plan = self
    plan.drawn = DrawnPeople(numbers, of: self)
    return plan
  }

  /// The person behind account `number`, whatever the size of the population.
  func person(_ number: Int) -> Person {
    if let drawn, drawn.numbers.contains(number) { return drawn[number] }
    return DrawnPeople(number..<number + 1, of: self)[number]
  }

  /// Works out what account `number` needs before it opens.
  func need(_ number: Int, _ venue: Venue, into needs: inout AccountNeeds) {
    let person = person(number)
    needs.begin(notBefore: person.notBefore)
    for part in person.collateral { needs.insert(part.asset) }
    if cohorts[person.cohort].mode == .loan, let borrowed = venue.loan?.debtAsset { needs.insert(borrowed) }
    for part in person.positions {
      needs.insert(part.instrument, settledIn: venue.instruments[part.instrument.rawValue].marginAsset)
    }
    needs.insert(cohorts[person.cohort].actions)
  }
}
