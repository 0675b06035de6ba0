import Market
import Random
import Testing

@testable import Margin

/// The search for the least closing against a scan of every number of lots.
struct LeastLotsTests {
  /// A venue with coarse lots, on which a scan is short; auto-exchange buffers of every size beside the
  /// haircuts, so that the fee's cap binds while haircut equity is left.
  private func venue(_ dice: inout RandomStream) -> Venue {
    let mantissas = [0.3, 1, 3, 8]
    return sampleVenue { venue in
      venue.liquidation.rule = .minimal
      venue.liquidation.targetEquityOverMaintenance = [1, 1.1, 1.5][dice.choice(count: 3)]
      venue.liquidation.slippageBasisPoints = dice.bernoulli(0.5) ? 0 : 20
      for place in venue.instruments.indices {
        let scale = mantissas[dice.choice(count: 4)]
        venue.instruments[place].lot = ExactDecimal(mantissa: 1, scale: 1)
        venue.instruments[place].liquidationFee = 0.01 * scale * dice.uniform()
        for row in venue.instruments[place].brackets.indices {
          venue.instruments[place].brackets[row].rate *= 3
          venue.instruments[place].brackets[row].amount *= 3
        }
      }
      for place in venue.assets.indices {
        venue.assets[place].autoBidBuffer = 0.3 * dice.uniform()
        venue.assets[place].autoAskBuffer = 0.1 * dice.uniform()
      }
    }
  }

  private func account(_ mode: MarginMode, _ now: Quotes, _ venue: Venue, _ dice: inout RandomStream)
    -> Account
  {
    let positions = (0...dice.choice(count: 2)).map { _ in
      let place = dice.choice(count: 2)
      let lots = Int64(2 + dice.choice(count: place == Place.btcusdt ? 40 : 400))
      let mark = now.marks[place]
      return Position(
        instrument: InstrumentIndex(place), lots: dice.bernoulli(0.5) ? lots : -lots,
        lot: venue.instruments[place].lot,
        entry: mark * dice.uniform(from: 0.98, to: 1.02),
        margin: mode == .isolated ? Double(lots) / 10 * mark * dice.uniform(from: 0, to: 0.04) : 0,
        isIsolated: mode == .isolated)
    }
    let notional = positions.reduce(0) { $0 + abs($1.quantity) * now.marks[$1.instrument.rawValue] }
    var balances = [Double](repeating: 0, count: venue.assets.count)
    balances[Place.usdt] = notional * dice.uniform(from: -0.02, to: 0.05)
    if mode == .multiAsset { balances[Place.btc] = notional * dice.uniform(from: 0, to: 0.1) / 30_000 }
    return Account(number: 0, mode: mode, balances: balances, positions: positions)
  }

  /// Whether `lots` closed at `place` would do, in the words of the rule.
  private func wouldDo(
    _ lots: UInt64, _ place: Int, _ pool: PoolPlace, _ account: Account, _ rules: Rules, _ quotes: Quotes
  ) -> Bool {
    var (trial, journal) = (account, Journal())
    let count = trial.positions.count
    rules.close([ClosingOrder(place: place, lots: lots)], pool, &trial, .margin, quotes, &journal)
    if lots == account.positions[place].lots.magnitude && (count == 1 || pool == .position(place)) {
      return true
    }
    let value = rules.value(pool, trial, quotes)
    return rules.venue.liquidation.targetEquityOverMaintenance * value.maintenanceMargin <= value.equity
      && !rules.firesMargin(value)
  }

  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func theSearchFindsWhatAScanFinds(mode: MarginMode) throws {
    var dice = RandomStream(seed: 11, stream: UInt64(mode.rawValue.utf8.count))
    var (compared, partial, capped) = (0, 0, 0)
    for _ in 0..<1_500 {
      let venue = venue(&dice)
      let (rules, now) = (Rules(venue), quotes())
      let account = account(mode, now, venue, &dice)
      guard let pool = rules.pools(account).first, rules.fires(pool, account, now),
        let place = rules.pick(pool, account, now)
      else { continue }
      let all = account.positions[place].lots.magnitude
      let expected = (1...all).first { wouldDo($0, place, pool, account, rules, now) } ?? all
      let actual = rules.lotsToClose(place, pool, account, .margin, now)
      #expect(actual == expected, "\(account) under \(venue.liquidation)")
      compared += 1
      if expected < all {
        partial += 1
        var (trial, journal) = (account, Journal())
        rules.close([ClosingOrder(place: place, lots: expected)], pool, &trial, .margin, now, &journal)
        let terms = venue.instruments[account.positions[place].instrument.rawValue]
        let full =
          Position.quantity(lots: Int64(expected), lot: terms.lot) * journal.closings[0].price
          * (terms.liquidationFee + terms.takerFee)
        if journal.closings[0].fee < full * now.index[Place.usdt] * 0.999 { capped += 1 }
      }
    }
    #expect(compared > 200 && partial > 20)
    if mode == .multiAsset { #expect(capped > 5) }
  }
}
