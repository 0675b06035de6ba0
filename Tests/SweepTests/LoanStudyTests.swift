import Engine
import Foundation
import Platform
import Support
import Sweep
import Testing

/// The borrowers of ``LoanByHandTests`` as a book, through a study.
@Suite struct LoanStudyTests {
  private static let venue = """
    name: lender
    source: made by hand
    assets:
      USDT: {stable: true}
      BTC: {index_from: BTCUSDT}
    instruments:
      BTCUSDT: {base: BTC, margin_asset: USDT, lot: 0.001, taker_fee: 0, liquidation_fee: 0,
                brackets: [{floor: 0, rate: 0.01, max_leverage: 50}]}
    loan: {formula: haircut_gross, call: 1.5, liquidate: 1.25, stop: 2, borrow_above: 2, transfer_above: 2,
           fee: 0.0625, order: highest_factor_first, interest: hourly,
           assets: {USDT: {factor: 1, rate: 0.0009765625}, BTC: {factor: 0.875, rate: 0}}}

    """

  private static let book = """
    {"account": "faller", "mode": "loan", "balances": {"BTC": 16}, "debts": {"USDT": {"principal": 1024}}}
    {"account": "careful", "mode": "loan", "balances": {"BTC": 16}, "debts": {"USDT": {"principal": 1024}}, \
    "behaviour": {"top_up": {"at_ratio": 0.5, "amount": 0.25, "times": 1}}}
    {"account": "busy", "mode": "loan", "balances": {"BTC": 16, "USDT": 256}, "actions": [\
    {"at": "2021-05-19T12:40:00Z", "do": "borrow", "asset": "USDT", "amount": 5000}, \
    {"at": "2021-05-19T12:50:00Z", "do": "borrow", "asset": "USDT", "amount": 10}, \
    {"at": "2021-05-19T12:55:00Z", "do": "transfer", "asset": "USDT", "amount": -100}, \
    {"at": "2021-05-19T13:45:00Z", "do": "repay", "asset": "USDT", "amount": 10000}, \
    {"at": "2021-05-19T14:15:00Z", "do": "repay", "asset": "USDT", "amount": 1}]}

    """

  private static let study = """
    name: loans
    ticks: [a.ticks.zst]
    venue: ./lender.yaml
    population: {book: book.jsonl}
    report: {accounts: true}

    """

  private func run(_ kind: EngineKind = .dense) throws -> (TinyWorld, SweepOutcome) {
    let world = try TinyWorld()
    try world.folder.write("lender.yaml", Self.venue)
    try world.folder.write("book.jsonl", Self.book)
    try world.ticks("a.ticks.zst", LoanWorld.prices.map { ($0.0, btc, $0.1) })
    var options = SweepOptions(force: true)
    options.engine.kind = kind
    return (world, try world.run(try world.plan(Self.study), "out", options))
  }

  @Test func nothingIsDroppedInSilence() throws {
    let (world, outcome) = try run()
    #expect(outcome.refusedActions == 3)
    #expect(outcome.summary.contains("\n3 actions refused: explain shows why\n"))
    let data = Data(try world.folder.bytes("out/manifest.json"))
    let manifest = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let counts = try #require(manifest["counts"] as? [String: Any])
    #expect(counts["refused_actions"] as? Int == 3)
    #expect(counts["margin_calls"] as? Int == 4)
  }

  @Test func everyLifeIsTheOneOfTheRun() throws {
    let (world, _) = try run(.dense)
    let finished = try FinishedRun(directory: world.folder.file("out"))
    for (name, status) in [("faller", "bankrupt"), ("careful", "bankrupt"), ("busy", "open")] {
      let life = try Explanation(of: name, point: 0, in: finished, version: "1")
      #expect(life.status == status)
      let residual = try #require(life.reconciliation.last)
      #expect(residual.name == "residual" && abs(residual.usd) < 1e-9)
    }
    let busy = try Explanation(of: "busy", point: 0, in: finished, version: "1").text
    #expect(busy.contains("borrows 2496 USDT, 5000 asked for: the venue lends no more"))
    #expect(busy.contains("borrows 0 USDT, 10 asked for: the venue lends no more"))
  }
}
