@testable import Engine
@testable import Margin
import Market
@testable import Report

/// Points put together by hand, without any engine.
enum HandMade {
  /// 2021-05-19T12:00:00Z.
  static let noon: Int64 = 1_621_425_600_000_000_000

  static func time(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: noon + Int64(seconds * 1e9))
  }

  static let lot = ExactDecimal(mantissa: 1, scale: 0)

  static func venue(fund: Double? = nil) -> Venue {
    let brackets = [Bracket(floor: 0, rate: 0.01, maxLeverage: 50, amount: 0)]
    return Venue(
      name: "hand", source: "made by hand",
      assets: [Asset(name: "USDT", isStable: true), Asset(name: "BTC", indexFrom: InstrumentIndex(0))],
      instruments: [
        Instrument(
          name: "BTCUSDT", base: AssetIndex(1), baseName: "BTC", marginAsset: AssetIndex(0), lot: lot,
          takerFee: 0, liquidationFee: 0, brackets: brackets)
      ], fundSize: fund)
  }

  /// A closing step of one lot at the mark.
  static func step(
    _ account: Int, _ seconds: Double, notional: Double, fee: Double = 0, cause: LiquidationCause = .margin,
    pool: Pool = .cross(AssetIndex(0)), ratioBefore: Double = 1.25, outcome: LiquidationStep.Outcome = .full,
    instant: Int = 0
  ) -> JournalEntry {
    .liquidation(
      LiquidationStep(
        account: account, time: time(seconds), step: 1, cause: cause, pool: pool,
        subject: .instrument(InstrumentIndex(0)), side: .short, quantity: 1, mark: notional, price: notional,
        notional: notional, fee: fee, realizedPnL: -0.5, ratioBefore: ratioBefore, ratioAfter: 0,
        equityAfter: 2.5, outcome: outcome, notionalUSD: notional, fundFeeUSD: fee,
        instant: instant))
  }

  static func payment(_ account: Int, _ seconds: Double, _ usd: Double, instant: Int = 0) -> JournalEntry {
    .fundPayment(
      FundPayment(
        account: account, time: time(seconds), step: 1, asset: AssetIndex(0), units: usd, usd: usd,
        instant: instant))
  }

  static func sale(_ account: Int, _ seconds: Double) -> JournalEntry {
    .conversion(
      Conversion(
        account: account, time: time(seconds), step: 2, cause: .threshold, soldAsset: AssetIndex(1),
        soldUnits: 0.125, coveredAsset: AssetIndex(0), coveredUnits: 1_000, cost: 25, soldUSD: 1_025))
  }

  /// An account whose only change is a gain or loss in USDT, with nothing open.
  static func account(_ number: Int, start: Double, pnl: Double = 0, open: Bool = false) -> Account {
    let position = Position(instrument: InstrumentIndex(0), lots: 1, lot: lot, entry: 100)
    var account = Account(
      number: number, mode: .cross, balances: [start + pnl, 0], positions: open ? [position] : [])
    account.startEquity = start
    account.tally.units[0].start = start
    account.tally.units[0].netFlow = pnl
    account.tally.units[0].absoluteFlow = abs(pnl)
    account.tally.realizedPnL = pnl
    account.tally.endEquity = start + pnl
    return account
  }

  static func outcome(
    _ account: Account?, rejection: Rejection? = nil, opened: Double? = 0, closed: Double? = nil
  ) -> AccountOutcome {
    AccountOutcome(
      account: account,
      life: AccountLife(rejection: rejection, opened: opened.map(time), closed: closed.map(time)))
  }

  static func point(
    _ outcomes: [AccountOutcome], _ entries: [JournalEntry] = [], number: Int = 0,
    axisValues: [String] = [], fund: Double? = nil
  ) -> ReportedPoint {
    ReportedPoint(
      number: number, axisValues: axisValues, rules: Rules(venue(fund: fund)), people: People(),
      result: PointResult(entries: entries, accounts: outcomes, checks: 10), ticks: 7)
  }

  struct People: PeopleFacts {
    func facts(_ number: Int) -> PersonFacts {
      PersonFacts(label: "\(number)", cohort: number == 1 ? "a,b" : "crowd", mode: .cross, leverage: 2.5)
    }
  }
}
