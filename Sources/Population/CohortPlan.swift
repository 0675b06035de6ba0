internal import Margin
internal import Market
internal import Random

/// A population of cohorts: the recipe from which every account follows.
struct CohortPlan: Sendable {
  var accounts: Int
  var seed: UInt64
  var cohorts: [Cohort]

  /// The person behind account `number`, whatever the size of the population.
  func person(_ number: Int) -> Person {
    let place = cohortPlace(number)
    let cohort = cohorts[place]
    let collateral = collateral(cohort, number)
    let positions = positions(cohort, number)
    return Person(
      cohort: place,
      equity: cohort.equity.value(seed: seed, account: number, .equity),
      leverage: cohort.leverage.value(seed: seed, account: number, .leverage),
      collateral: collateral, collateralTotal: collateral.reduce(0) { $0 + $1.share },
      positions: positions, positionTotal: positions.reduce(0) { $0 + abs($1.share) },
      notBefore: notBefore(cohort, number))
  }

  private func cohortPlace(_ number: Int) -> Int {
    if cohorts.count == 1 { return 0 }
    var stream = RandomStream(seed: seed, account: number, .cohort)
    return stream.choice(weights: cohorts.map(\.weight))
  }

  private func collateral(_ cohort: Cohort, _ number: Int) -> [AssetShare] {
    switch cohort.collateral {
    case .shares(let shares):
      return shares
    case .dirichlet(let concentrations):
      var stream = RandomStream(seed: seed, account: number, .collateral)
      let drawn = stream.dirichlet(concentrations.map(\.share))
      return zip(concentrations, drawn).map { AssetShare(asset: $0.asset, share: $1) }.filter { $0.share > 0 }
    }
  }

  private func positions(_ cohort: Cohort, _ number: Int) -> [InstrumentShare] {
    switch cohort.positions {
    case .shares(let shares):
      return shares
    case .random(let count, let candidates, let long):
      var picks = RandomStream(seed: seed, account: number, .instruments)
      var sides = RandomStream(seed: seed, account: number, .sides)
      return picks.pick(count, of: candidates.count).map { place in
        InstrumentShare(instrument: candidates[place], share: sides.bernoulli(long) ? 1 : -1)
      }
    }
  }

  private func notBefore(_ cohort: Cohort, _ number: Int) -> Timestamp? {
    switch cohort.open {
    case .start: return nil
    case .at(let time): return time
    case .uniform(let window):
      var stream = RandomStream(seed: seed, account: number, .open)
      let length = Int(window.upperBound.nanoseconds - window.lowerBound.nanoseconds)
      return Timestamp(nanoseconds: window.lowerBound.nanoseconds + Int64(stream.choice(count: length)))
    }
  }

  /// What account `number` needs before it opens.
  func need(_ number: Int, _ venue: Venue) -> AccountNeeds {
    let person = person(number)
    let cohort = cohorts[person.cohort]
    let borrowed = cohort.mode == .loan ? venue.loan?.debtAsset : nil
    return AccountNeeds(
      assets: person.collateral.map(\.asset) + [borrowed].compactMap(\.self),
      instruments: person.positions.map(\.instrument), actions: cohort.actions, notBefore: person.notBefore,
      venue)
  }
}
