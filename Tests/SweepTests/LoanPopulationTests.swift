import Margin
import Market
import Platform
import Population
import Support
import Sweep
import Testing

/// Loan cohorts in a study: which prices they need, and what an axis over the loan's terms changes.
struct LoanPopulationTests {
  private static let study = """
    name: loans
    ticks: [a.ticks.zst]
    venue: ./lend.yaml
    population:
      accounts: 3
      cohorts:
        - name: levered
          mode: loan
          equity: 1000
          collateral: {BTC: 1}
          leverage: 2
    """

  private func world() throws -> TinyWorld {
    let world = try TinyWorld()
    let loan = """

      loan:
        formula: gross
        call: 1.3
        liquidate: 1.1
        stop: 1.5
        assets:
          USDT: {factor: 1, rate: 0}
          BTC: {factor: 1, rate: 0}
          ETH: {factor: 1, rate: 0}

      """
    try world.folder.write("lend.yaml", TinyWorld.venue + loan)
    try world.ticks("a.ticks.zst", [(0, btc, "100"), (0, eth, "10"), (1, btc, "99"), (1, eth, "11")])
    return world
  }

  private func message(_ text: String) throws -> String {
    do {
      _ = try world().plan(text)
      return "accepted"
    } catch let error as InputError { return error.description }
  }

  /// Two points that borrow different assets do not share their people.
  @Test func anAxisOfTheDebtAssetChangesWhatIsNeeded() throws {
    let plan = try world().plan(Self.study + "\naxes: {venue.loan.debt_asset: [USDT, ETH]}\n")
    let needs = try (0..<2).map { try plan.point($0).population.need(of: 0).assets.map(\.rawValue) }
    #expect(needs == [[0, 1], [1, 2]])
  }

  @Test func whatABorrowingBringsNeedsAPrice() throws {
    let borrow = "\n      actions: [{at: 2021-05-19T12:00:01Z, do: borrow, asset: ETH, amount: 1}]\n"
    let plan = try world().plan(Self.study + borrow)
    #expect(try plan.point(0).population.need(of: 0).assets.map(\.rawValue) == [0, 1, 2])
    let world = try world()
    try world.ticks("a.ticks.zst", [(0, btc, "100"), (1, btc, "99")])
    do {
      _ = try world.plan(Self.study + borrow)
      Issue.record("accepted")
    } catch let error as InputError {
      #expect(error.description.contains("the ticks hold no series that prices ETH"), "\(error)")
    }
  }

  @Test func theModeAxisDoesNotMixLoansAndPositions() throws {
    #expect(
      try message(Self.study + "\naxes: {mode: [loan, cross]}\n")
        .contains(
          "study.yaml:8:13: population.cohorts[0].mode is loan, expected cross, as the axis mode sets"))
    #expect(try message(Self.study + "\naxes: {mode: [loan]}\n") == "accepted")
    #expect(
      try message(Self.study + "\naxes: {venue.loan.debt_asset: [USDC]}\n").contains("expected an asset"))
  }
}
