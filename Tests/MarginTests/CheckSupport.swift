import Market
import Platform

@testable import Margin

/// Two stables, two coins, and contracts whose brackets the examples replace.
let plainVenue = """
  name: plain
  source: made for tests
  assets:
    USDT: {stable: true}
    USDC: {stable: true}
    BTC: {index_from: BTCUSDT}
    ETH: {index_from: ETHUSDT}
    BNB: {}
  instruments:
    BTCUSDT: {base: BTC, margin_asset: USDT, lot: 0.000001, taker_fee: 0, liquidation_fee: 0,
      brackets: [{floor: 0, rate: 0.004, max_leverage: 125}]}
    ETHUSDT: {base: ETH, margin_asset: USDT, lot: 0.000001, taker_fee: 0, liquidation_fee: 0,
      brackets: [{floor: 0, rate: 0.004, max_leverage: 125}]}
    ETHUSDC: {base: ETH, margin_asset: USDC, lot: 0.000001, taker_fee: 0, liquidation_fee: 0,
      brackets: [{floor: 0, rate: 0.004, max_leverage: 125}]}
  auto_exchange: {order: pro_rata, ltv: 0.995, ltv_scope: flat}
  """

/// Reads an account document against a venue's text, as the command does.
func checkInput(_ account: String, venue: String = plainVenue) throws -> CheckInput {
  try CheckInput(try Document.parse(account, path: "account.yaml")) { _, _ in
    try VenueFile(text: venue, path: "venue.yaml")
  }
}

/// The report on an account document.
func check(_ account: String, venue: String = plainVenue) throws -> CheckReport {
  try checkInput(account, venue: venue).report
}

/// The report on a multi-asset account of the plain venue with other values, given as flow YAML.
func checkMultiAsset(
  overrides: [String: String], index: String, balances: String, marks: String = "", positions: String = "",
  brackets: String = ""
) throws -> CheckReport {
  let set = overrides.sorted { $0.key < $1.key }.map { "  venue.\($0.key): \($0.value)" }
  return try check(
    """
    venue: plain
    mode: multi-asset
    overrides:
      venue.name: plain
    \(set.joined(separator: "\n"))
    index: {\(index)}
    marks: {\(marks)}
    balances: {\(balances)}
    positions: [\(positions)]
    brackets: {\(brackets)}
    """)
}

/// Whether two numbers differ by at most `tolerance`.
func isNear(_ value: Double?, _ expected: Double, _ tolerance: Double) -> Bool {
  value.map { abs($0 - expected) <= tolerance } ?? false
}
