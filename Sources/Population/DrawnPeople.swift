internal import Market
internal import Random

/// The people behind a run of accounts, drawn but for their leverage. What a cohort leaves to chance stands
/// in two lists, of which each person has a part.
struct DrawnPeople: Sendable {
  let numbers: Range<Int>
  /// In the order of their numbers.
  private(set) var all: [Person] = []

  /// Draws the people behind `numbers`.
  init(_ numbers: Range<Int>, of plan: CohortPlan) {
    self.numbers = numbers
    let places = Self.cohortPlaces(numbers, plan)
    // A span gives an element without a copy of it.
    let groups = plan.cohorts
    let cohorts = groups.span
    var shares: [AssetShare] = []
    var positions: [InstrumentShare] = []
    var ends: [(shares: Int, positions: Int)] = [(0, 0)]
    ends.reserveCapacity(numbers.count + 1)
    var picks: [Int] = []
    for (number, place) in zip(numbers, places) {
      Self.drawShares(cohorts[place], plan.seed, number, &shares)
      Self.drawPositions(cohorts[place], plan.seed, number, &positions, &picks)
      ends.append((shares.count, positions.count))
    }
    all.reserveCapacity(numbers.count)
    for (place, number) in numbers.enumerated() {
      let (start, end) = (ends[place], ends[place + 1])
      all.append(
        Person(
          number, of: places[place], cohorts[places[place]], plan.seed,
          shares[start.shares..<end.shares],
          positions[start.positions..<end.positions]))
    }
  }

  /// The person behind account `number`.
  subscript(_ number: Int) -> Person { all[place(of: number)] }

  /// The place of account `number` among them.
  func place(of number: Int) -> Int { number - numbers.lowerBound }

  private static func cohortPlaces(_ numbers: Range<Int>, _ plan: CohortPlan) -> [Int] {
    if plan.cohorts.count == 1 { return [Int](repeating: 0, count: numbers.count) }
    let weights = plan.cohorts.map(\.weight)
    return numbers.map { number in
      var stream = RandomStream(seed: plan.seed, account: number, .cohort)
      return stream.choice(weights: weights)
    }
  }

  private static func drawShares(
    _ cohort: borrowing Cohort, _ seed: UInt64, _ number: Int, _ shares: inout [AssetShare]
  ) {
    guard case .dirichlet(let concentrations) = cohort.collateral else { return }
    var stream = RandomStream(seed: seed, account: number, .collateral)
    let drawn = stream.dirichlet(concentrations.map(\.share))
    for (part, share) in zip(concentrations, drawn) where share > 0 {
      shares.append(AssetShare(asset: part.asset, share: share))
    }
  }

  private static func drawPositions(
    _ cohort: borrowing Cohort, _ seed: UInt64, _ number: Int, _ positions: inout [InstrumentShare],
    _ picks: inout [Int]
  ) {
    guard case .random(let count, let candidates, let long) = cohort.positions else { return }
    var instruments = RandomStream(seed: seed, account: number, .instruments)
    var sides = RandomStream(seed: seed, account: number, .sides)
    instruments.pick(count, of: candidates.count, into: &picks)
    for place in picks {
      positions.append(
        InstrumentShare(instrument: candidates[place], share: sides.bernoulli(long) ? 1 : -1))
    }
  }
}

extension Person {
  /// Draws what is left of a person after the parts of his own: those that his cohort leaves to chance.
  fileprivate init(
    _ number: Int, of place: Int, _ cohort: borrowing Cohort, _ seed: UInt64,
    _ shares: ArraySlice<AssetShare>, _ positions: ArraySlice<InstrumentShare>
  ) {
    self.cohort = place
    equity = cohort.equity.value(seed: seed, account: number, .equity)
    leverage = .nan
    switch cohort.collateral {
    case .shares(let fixed): collateral = fixed[...]
    case .dirichlet: collateral = shares
    }
    switch cohort.positions {
    case .shares(let fixed): self.positions = fixed[...]
    case .random: self.positions = positions
    }
    collateralTotal = collateral.reduce(0) { $0 + $1.share }
    positionTotal = self.positions.reduce(0) { $0 + abs($1.share) }
    notBefore = cohort.open.time(seed: seed, account: number)
  }
}

extension Cohort.OpeningTime {
  /// The time before which an account does not open; nil for the start.
  fileprivate func time(seed: UInt64, account: Int) -> Timestamp? {
    switch self {
    case .start: return nil
    case .at(let time): return time
    case .uniform(let window):
      var stream = RandomStream(seed: seed, account: account, .open)
      let length = Int(window.upperBound.nanoseconds - window.lowerBound.nanoseconds)
      return Timestamp(nanoseconds: window.lowerBound.nanoseconds + Int64(stream.choice(count: length)))
    }
  }
}
