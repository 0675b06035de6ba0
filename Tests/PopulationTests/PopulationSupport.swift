import Margin
import Market
import Platform

@testable import Population

/// Bitcoin and ether against USDT, bitcoin against USDC; round figures.
let testVenue = """
  name: test
  source: made for tests
  assets:
    USDT: {stable: true}
    USDC: {stable: true}
    BTC: {index_from: BTCUSDT, bid_buffer: 0.05}
    ETH: {index_from: ETHUSDT, bid_buffer: 0.05}
  instruments:
    BTCUSDT: {base: BTC, margin_asset: USDT, lot: 0.001, taker_fee: 0.001, liquidation_fee: 0.01,
      brackets: [{floor: 0, rate: 0.01, max_leverage: 20}]}
    ETHUSDT: {base: ETH, margin_asset: USDT, lot: 0.1, taker_fee: 0.001, liquidation_fee: 0.01,
      brackets: [{floor: 0, rate: 0.01, max_leverage: 20}]}
    BTCUSDC: {base: BTC, margin_asset: USDC, lot: 0.001, taker_fee: 0.001, liquidation_fee: 0.01,
      brackets: [{floor: 0, rate: 0.01, max_leverage: 20}]}
  """

func makeVenue() throws -> Venue { try VenueFile(text: testVenue, path: "test.yaml").venue() }

/// Bitcoin at 30,000, ether at 2,000.
func makeQuotes(_ venue: Venue) -> Quotes {
  Quotes(
    time: Timestamp(nanoseconds: 1_600_000_000_000_000_000), marks: [30_000, 2_000, 30_000],
    index: [1, 1, 30_000, 2_000])
}

func population(
  _ text: String, context: PopulationContext = PopulationContext()
) throws -> Population {
  try Population(try Document.parse(text, path: "study.yaml").root, venue: try makeVenue(), context: context)
}

/// One cohort with the given lines, and others that do not matter replaced by defaults.
func cohort(_ lines: [String: String], accounts: Int = 10, seed: Int = 7) -> String {
  var values = [
    "name": "a", "mode": "cross", "equity": "10000", "collateral": "{USDT: 1}", "leverage": "2",
    "positions": "{BTCUSDT: 1}",
  ]
  values.merge(lines) { $1 }
  let body = values.sorted { $0.key < $1.key }.map { "    \($0.key): \($0.value)" }.joined(separator: "\n")
  return "accounts: \(accounts)\nseed: \(seed)\ncohorts:\n  -\n\(body)"
}

/// The plan of a population of cohorts.
func plan(_ text: String, context: PopulationContext = PopulationContext()) throws -> CohortPlan {
  guard case .cohorts(let plan) = try population(text, context: context).source else {
    throw RunError("the population is a book")
  }
  return plan
}
