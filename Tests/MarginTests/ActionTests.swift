import Market
import Testing

@testable import Margin

/// What owners do at given times.
struct ActionTests {
  private func transfer(_ asset: Int, _ amount: Double, at seconds: Int64 = 1) -> Action {
    Action(
      at: Timestamp(nanoseconds: seconds * 1_000_000_000),
      kind: .transfer(asset: AssetIndex(asset), amount: amount))
  }

  private func addMargin(_ amount: Double) -> Action {
    Action(
      at: Timestamp(nanoseconds: 1),
      kind: .addMargin(instrument: InstrumentIndex(Place.btcusdt), amount: amount))
  }

  private func carriedOut(_ account: Account, until seconds: Int64 = 10) -> (Account, Journal) {
    var (account, journal) = (account, Journal(keepsFlows: true))
    let rules = Rules(sampleVenue())
    _ = rules.open(&account, testsInitialMargin: false, quotes())
    let due = Timestamp(nanoseconds: seconds * 1_000_000_000)
    RuleBook(rules).runClock(&account, dueAt: due, quotes(), &journal)
    return (account, journal)
  }

  @Test(arguments: [
    // amount, balance before, balance after
    (500.0, 100.0, 600.0), (-40, 100, 60), (-100, 100, 0), (-500, 100, 0), (-500, 0, 0),
    (-500, -20, -20),  // nothing is there to go out
    (50, -20, 30),
  ])
  func transfersTakeAtMostTheBalance(amount: Double, before: Double, after: Double) {
    let held = account(.cross, [Place.usdt: before], actions: [transfer(Place.usdt, amount)])
    let (end, journal) = carriedOut(held)
    #expect(end.balances[Place.usdt] == after && end.actionsDone == 1)
    #expect(end.tally.actions == after - before)
    #expect(
      journal.flows.map(\.flow) == [.action] && journal.flows[0].time == Timestamp(nanoseconds: 1_000_000_000)
    )
  }

  @Test func transfersCountAtTheIndexPrice() {
    let held = account(.multiAsset, [Place.btc: 1], actions: [transfer(Place.btc, -0.5)])
    #expect(carriedOut(held).0.tally.actions == -15_000)
  }

  @Test func actionsRunInTimeOrderAndOnce() {
    let held = account(
      .cross, [:],
      actions: [
        transfer(Place.usdt, -70, at: 5), transfer(Place.usdt, 100, at: 2), transfer(Place.usdt, 1, at: 11),
        transfer(Place.usdt, -10, at: 5),
      ])
    #expect(held.actions.map(\.at.nanoseconds) == [2, 5, 5, 11].map { $0 * 1_000_000_000 })
    let (end, journal) = carriedOut(held)
    // +100, −70, −10; the last one is not due, the one at equal times after the one listed first.
    #expect(journal.flows.map(\.units) == [100, -70, -10] && end.balances[Place.usdt] == 20)
    var (again, more) = (end, Journal())
    let due = Timestamp(nanoseconds: 10_000_000_000)
    let book = RuleBook(Rules(sampleVenue()))
    var prices = quotes()
    #expect(book.runNext(&again, dueAt: due, &prices, &more) == nil)
    // Due at its very time.
    let exact = Timestamp(nanoseconds: 11_000_000_000)
    #expect(book.runNext(&again, dueAt: exact, &prices, &more) == .action)
    #expect(again.balances[Place.usdt] == 21)
  }

  @Test(arguments: [
    // amount, balance after, margin after: before they are 100 and 300
    (60.0, 40.0, 360.0), (500, 0, 400), (-120, 220, 180), (-999, 400, 0),
  ])
  func marginMovesAtMostWhatIsThere(amount: Double, balance: Double, margin: Double) {
    let held = account(
      .isolated, [Place.usdt: 100], [position(Place.btcusdt, 1_000, at: 30_000, margin: 300)],
      actions: [addMargin(amount)])
    let (end, journal) = carriedOut(held)
    #expect(end.balances[Place.usdt] == balance && end.positions[0].margin == margin)
    #expect(journal.flows.isEmpty && end.tally.actions == 0, "money inside the account is no flow")
  }

  @Test func marginForAPositionThatIsGoneStays() {
    let held = account(.isolated, [Place.usdt: 100], actions: [addMargin(50)])
    #expect(carriedOut(held).0.balances[Place.usdt] == 100)
  }
}
