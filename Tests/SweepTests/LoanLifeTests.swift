import Engine
import Margin
import Market
import Report
import Testing

@testable import Sweep

/// The lives of ``LoanByHandTests``, told.
@Suite struct LoanLifeTests {
  private func events(_ world: LoanWorld, _ account: Int) throws -> [Explanation.Event] {
    let point = world.point(LoanByHandTests.accounts)
    var replay = try AccountReplay(world.replay, point, number: account, recordsWorstRatio: false)
    var recorder = LifeRecorder(venue: world.venue)
    let end = try replay.run { recorder.record($0) }
    recorder.close(end)
    return recorder.events
  }

  private func told(_ events: [Explanation.Event]) -> [String] {
    events.flatMap { event in
      event.lines.enumerated().map { place, line in
        (place == 0 ? "\(event.time.description.dropFirst(11).prefix(8)) \(event.kind.rawValue): " : "")
          + line
      }
    }
  }

  @Test func aFallIsTheOneOnPaper() throws {
    #expect(
      told(try events(try LoanWorld(), 0)) == [
        "12:30:00 opening: balance 16 BTC at 160 USD", "owes 1024 USDT", "gross equity 1536 USD",
        "margin level 2.1875: collateral 2240, debt 1024 USD; call at 1.5, liquidation at 1.25, stop at 2",
        "12:30:00 interest: 3 times until 2021-05-19T14:00:00Z: interest of 3 USDT; "
          + "then owes 1024 USDT and 3 of interest",
        "14:30:00 trigger: margin call: level 1.47224927 <= 1.5, collateral 1512, debt 1027 USD",
        "at index BTC 108",
        "14:40:00 trigger: liquidation: level 1.09055501 <= 1.25, collateral 1120, debt 1027 USD",
        "at index BTC 80",
        "14:40:00 liquidation: step 1 sells 11.675 BTC at 80, worth 934 USD",
        "fee 58.375, collateral less debt afterwards 151.375 USD",
        "14:40:00 conversion: step 2 pays back 875.625 USDT with 10.9453125 BTC, worth 875.625 USD",
        "15:00:00 interest: interest of 0.14782715 USDT; then owes 151.375 USDT and 0.14782715 of interest",
        "15:10:00 trigger: margin call: level 0.4995122 <= 1.5, collateral 75.6875, debt 151.52282715 USD",
        "at index BTC 20",
        "15:10:00 trigger: liquidation: level 0.4995122 <= 1.25, collateral 75.6875, debt 151.52282715 USD",
        "at index BTC 20",
        "15:10:00 liquidation: step 3 sells 4.325 BTC at 20, worth 86.5 USD",
        "fee 5.40625, collateral less debt afterwards -70.42907715 USD, taken over",
        "15:10:00 conversion: step 4 pays back 81.09375 USDT with 4.0546875 BTC, worth 81.09375 USD",
        "15:10:00 fund_payment: the insurance fund pays 70.42907715 USDT; the debt ends at 0",
        "15:11:00 end: balance 0", "gross equity 0 USD", "nothing is owed", "status bankrupt",
      ])
  }

  @Test func aTopUpFollowsItsCall() throws {
    let all = try events(try LoanWorld(), 1)
    let place = try #require(all.firstIndex { $0.kind == .topUp })
    #expect(all[place].changeUSD == 384)
    #expect(all[place - 1].kind == .trigger)
    #expect(all[place - 1].ratioBefore == 1_027.0 / 1_512)
    #expect(all[place - 1].ratioAfter == 1_027.0 / 1_896)
    #expect(all.filter { $0.kind == .fundPayment }.count == 1)
  }

  @Test func whatWasAskedAndWhatWasDone() throws {
    #expect(
      told(try events(try LoanWorld(), 2)) == [
        "12:30:00 opening: balance 256 USDT, 16 BTC at 160 USD", "gross equity 2816 USD", "nothing is owed",
        "12:40:00 action: borrows 2496 USDT, 5000 asked for: the venue lends no more",
        "12:40:00 interest: interest of 2.4375 USDT; then owes 2496 USDT and 2.4375 of interest",
        "12:50:00 action: borrows 0 USDT, 10 asked for: the venue lends no more",
        "12:55:00 action: transfer of 0 USDT out of the balance, -100 asked for: the level allows no more",
        "13:00:00 interest: interest of 2.4375 USDT; then owes 2496 USDT and 4.875 of interest",
        "13:30:00 action: may not switch to cross: loans stand in a wallet of their own",
        "13:45:00 action: pays back 2500.875 USDT, 10000 asked for: no more is owed, or there",
        "14:15:00 action: pays back 0 USDT, 1 asked for: no more is owed, or there",
        "14:16:00 action: transfer of 100 USDT out of the balance",
        "15:11:00 end: balance 151.125 USDT, 16 BTC at 20 USD", "gross equity 471.125 USD",
        "nothing is owed", "status open",
      ])
  }

  /// At a level of 2.1875 interest is owed; from the first price under 2 it is taken from the assets.
  @Test func interestIsTakenFromAssets() throws {
    let world = try LoanWorld(
      [(1_800, "160"), (1_801, "128"), (3_600, "128"), (7_200, "128")], from: .collateral)
    let told = told(try events(world, 0))
    // 13:00: 1 more is owed, both are paid: 2 / 128 = 0.015625 BTC. 14:00: 1 / 128 = 0.0078125.
    #expect(
      told.dropFirst(4) == [
        "12:30:00 interest: 2 times until 2021-05-19T13:00:00Z: interest of 2 USDT; then owes 1024 USDT",
        "13:00:00 conversion: step 1 pays back 2 USDT with 0.015625 BTC, worth 2 USD",
        "14:00:00 interest: interest of 1 USDT; then owes 1024 USDT",
        "14:00:00 conversion: step 2 pays back 1 USDT with 0.0078125 BTC, worth 1 USD",
        "14:00:00 end: balance 15.9765625 BTC at 128 USD", "owes 1024 USDT", "gross equity 1021 USD",
        "margin level 1.74743652: collateral 1789.375, debt 1024 USD; "
          + "call at 1.5, liquidation at 1.25, stop at 2",
        "status open",
      ])
  }

  @Test func jsonHoldsDebtsAndLevels() throws {
    let all = try events(try LoanWorld(), 0)
    func text(_ place: Int) -> String {
      JSONValue.object(all[place].details).document(depth: 0)
    }
    #expect(text(0).contains(#""debts": {"USDT": {"principal": 1024, "interest": 0}}"#))
    #expect(
      text(0).contains(
        #"{"pool": "account", "unit": "USD", "collateral": 2240, "required": 1024, "margin_level": 2.1875, "#
          + #""call": 1.5, "liquidate": 1.25, "stop": 2, "#))
    #expect(text(1).contains(#""count": 3, "until": "2021-05-19T14:00:00.000000000Z", "#))
    #expect(text(1).contains(#""charged": {"USDT": 3}, "paid": {}"#))
    #expect(all[1].changeUSD == -3 && all[1].ratioBefore == 1_024.0 / 2_240)
    #expect(all[1].ratioAfter == 1_027.0 / 2_240)
    #expect(text(2).contains(#""trigger": "margin_call""#))
    #expect(text(2).contains(#""collateral": 1512, "required": 1027"#))
  }
}
