import Market
import Testing

@testable import Margin

/// The compiled lines against the reference: none may hide a fire, and none may cry wolf over a single point.
struct LineCompilerTests {
  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func noFireIsHidden(mode: MarginMode) {
    var fires = 0
    for number in 0..<1_000 {
      var trial = LineTrial(mode, number)
      fires += trial.checkAllPoints()
    }
    #expect(fires > 300, "random accounts must fire often: \(fires)")
  }

  @Test(arguments: LineTrial.Trigger.allCases, [MarginMode.isolated, .cross, .multiAsset])
  func noFireIsHiddenExactlyOnTheTrigger(trigger: LineTrial.Trigger, mode: MarginMode) {
    let isPossible =
      switch trigger {
      case .loanToValue: mode == .multiAsset
      case .lossFraction: mode == .isolated
      default: true
      }
    var placed = 0
    for number in 0..<300 where isPossible {
      var trial = LineTrial(mode, number, seed: 23)
      guard trial.place(on: trigger) else { continue }
      placed += 1
      trial.checkPlaced(trigger)
      _ = trial.checkAllPoints()
    }
    #expect(!isPossible || placed > 90, "\(placed) of 300 were placed")
  }

  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func aSinglePointIsNotNominatedWithoutCause(mode: MarginMode) {
    var healthy = 0
    for number in 0..<1_000 {
      var trial = LineTrial(mode, number, seed: 37)
      trial.shrinkToPoint()
      guard trial.smallestSlack() > 1e-9 else { continue }
      healthy += 1
      let isNominated = trial.nominates(trial.points[0])
      #expect(!isNominated, "account \(number)")
    }
    #expect(healthy > 100, "\(healthy) healthy accounts")
  }

  @Test func nothingToWatchHasNoLines() {
    let trial = LineTrial(.cross, 0)
    var compiler = LineCompiler(trial.layout)
    compiler.compile(account(.multiAsset, [Place.usdt: 5]), trial.rules, trial.box)
    #expect(compiler.lines.isEmpty)
    compiler.compile(account(.cross, [Place.usdt: -5]), trial.rules, trial.box)
    #expect(compiler.lines.isEmpty)
  }

  @Test func linesOfPlainAccountsByHand() {
    // Prices are marks alone: columns BTCUSDT, ETHUSDT, ETHUSDC, ETHBTC, ETHBTC in USD, BNB.
    let venue = sampleVenue()
    let layout = FactorLayout(
      venue, LineTrial.prices(usdt: .one, btc: .mark(InstrumentIndex(0)), eth: .mark(InstrumentIndex(1))))
    #expect(layout.factors.count == 6 && layout.index[Place.btc] == layout.mark[Place.btcusdt])
    var compiler = LineCompiler(layout)
    #expect(compiler.stride == 7)
    let low = [29_000.0, 1_900, 1_900, 0.06, 1_740, 390]
    let high = [31_000.0, 2_100, 2_100, 0.07, 2_170, 410]
    // Long 1 BTC at 30,000 on 1,000: 1,000 − 30,000 + (1 − 0.4 %)·p.
    compiler.compile(
      account(.cross, [Place.usdt: 1_000], [position(Place.btcusdt, 1_000, at: 30_000)]), Rules(venue),
      FactorBox(low: low, high: high))
    #expect(compiler.lines.count == 7)
    #expect(near(compiler.lines[0], -29_000) && near(compiler.lines[1], 0.996))
    #expect(compiler.lines[2...].allSatisfy { $0 == 0 })
    // A BTC holder's short hedge meets its holding in one coefficient: 1 BTC · 0.95 … − 1.004 at the haircut
    // of
    // USDT, which is none: 0.95 − 1 − 0.004 = −0.054, and the entry of 30,000 as a constant.
    compiler.compile(
      account(.multiAsset, [Place.btc: 1], [position(Place.btcusdt, -1_000, at: 30_000)]), Rules(venue),
      FactorBox(low: low, high: high))
    #expect(near(compiler.lines[0], 30_000) && near(compiler.lines[1], -0.054, scale: 1))
  }
}
