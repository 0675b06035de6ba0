import Margin
import Market
import Platform

/// What an event of one account costs in the rules, which decide all that the kernels nominate.
enum RuleRaces {
  private static let document = """
    venue: binance-usdm-single-2021
    mode: cross
    marks: {BTCUSDT: 40000, ETHUSDT: 2500}
    balances: {USDT: 5000}
    positions:
      - {instrument: BTCUSDT, quantity: 1, entry: 42000}
      - {instrument: ETHUSDT, quantity: -4, entry: 2600}
    """

  static func all() throws -> [Race] {
    let library = VenueLibrary.standard()
    let input = try CheckInput(Document.parse(document, path: "account")) { reference, location in
      try library.load(reference, at: location)
    }
    let (account, rules) = (input.document.account, input.rules)
    var crash = input.quotes
    for place in crash.marks.indices where crash.marks[place] == 40_000 { crash.marks[place] = 36_700 }
    let calm = input.quotes
    func runner(_ name: String, _ quotes: Quotes, isHit: Bool) -> Runner {
      Runner(name: name, level: nil) {
        var tested = account
        var journal = Journal()
        let happened = rules.test(&tested, quotes, &journal)
        precondition(happened == isHit)
        Sink.take(tested.balances[0])
      }
    }
    return [
      Race(
        title: "a cross account of two positions", unit: "account", units: 1,
        runners: [
          runner("tested, nothing happens", calm, isHit: false), runner("liquidated", crash, isHit: true),
        ])
    ]
  }
}
