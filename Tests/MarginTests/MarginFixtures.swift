import Market

@testable import Margin

/// Places in the tables of ``sampleVenue(_:)``.
enum Place {
  static let usdt = 0
  static let usdc = 1
  static let btc = 2
  static let eth = 3
  static let bnb = 4
  static let btcusdt = 0
  static let ethusdt = 1
  static let ethusdc = 2
  static let ethbtc = 3
}

/// A small venue with round figures: two stables, three coins, four contracts with a lot of 0.001.
///
/// | asset | bid, ask | auto bid | | contract | rates | fees: clearance, taker |
/// |---|---|---|---|---|---|---|
/// | USDT, USDC | 0 | 0 | | BTCUSDT | 0.4 %, above 50,000: 0.5 % − 50 | 1.25 %, 0.05 % |
/// | BTC | 5 %, 5 % | 2.5 % | | ETHUSDT | 1 %, above 100,000: 2 % − 1,000 | 0.1 %, 0 |
/// | ETH | 10 %, 10 % | 2.5 % | | ETHUSDC | 1 % | 0, 0 |
/// | BNB | 20 %, 20 % | 5 % | | ETHBTC | 2 %, above 1: 4 % − 0.02 (BTC) | 0.5 %, 0 |
func sampleVenue(_ change: (inout Venue) -> Void = { _ in }) -> Venue {
  let lot = ExactDecimal(mantissa: 1, scale: 3)
  func contract(
    _ name: String, _ base: Int, _ margin: Int, fees: (Double, Double), _ brackets: [Bracket]
  ) -> Instrument {
    Instrument(
      name: name, base: AssetIndex(base), baseName: String(name.prefix(3)), marginAsset: AssetIndex(margin),
      lot: lot, takerFee: fees.1, liquidationFee: fees.0, brackets: brackets)
  }
  var venue = Venue(
    name: "sample", source: "made for tests",
    assets: [
      Asset(name: "USDT", isStable: true), Asset(name: "USDC", isStable: true),
      Asset(name: "BTC", bidBuffer: 0.05, askBuffer: 0.05, autoBidBuffer: 0.025, autoAskBuffer: 0.025),
      Asset(name: "ETH", bidBuffer: 0.1, askBuffer: 0.1, autoBidBuffer: 0.025, autoAskBuffer: 0.025),
      Asset(name: "BNB", bidBuffer: 0.2, askBuffer: 0.2, autoBidBuffer: 0.05, autoAskBuffer: 0.05),
    ],
    instruments: [
      contract(
        "BTCUSDT", Place.btc, Place.usdt, fees: (0.0125, 0.0005),
        [
          Bracket(floor: 0, rate: 0.004, maxLeverage: 125, amount: 0),
          Bracket(floor: 50_000, rate: 0.005, maxLeverage: 100, amount: 50),
        ]),
      contract(
        "ETHUSDT", Place.eth, Place.usdt, fees: (0.001, 0),
        [
          Bracket(floor: 0, rate: 0.01, maxLeverage: 50, amount: 0),
          Bracket(floor: 100_000, rate: 0.02, maxLeverage: 25, amount: 1_000),
        ]),
      contract(
        "ETHUSDC", Place.eth, Place.usdc, fees: (0, 0),
        [Bracket(floor: 0, rate: 0.01, maxLeverage: 50, amount: 0)]),
      contract(
        "ETHBTC", Place.eth, Place.btc, fees: (0.005, 0),
        [
          Bracket(floor: 0, rate: 0.02, maxLeverage: 25, amount: 0),
          Bracket(floor: 1, rate: 0.04, maxLeverage: 10, amount: 0.02),
        ]),
    ])
  change(&venue)
  return venue
}

/// Quotes of the sample venue at one second; the index of a coin follows its USDT mark unless given.
func quotes(
  btc: Double = 30_000, eth: Double = 2_000, bnb: Double = 400, usdt: Double = 1, ethbtc: Double = 0.0625,
  ethusdc: Double? = nil, seconds: Int64 = 1_000
) -> Quotes {
  Quotes(
    time: Timestamp(nanoseconds: seconds * 1_000_000_000), marks: [btc, eth, ethusdc ?? eth, ethbtc],
    index: [usdt, 1, btc * usdt, eth * usdt, bnb])
}

/// A position of `lots` thousandths.
func position(
  _ instrument: Int, _ lots: Int64, at entry: Double, margin: Double? = nil
) -> Position {
  Position(
    instrument: InstrumentIndex(instrument), lots: lots, lot: ExactDecimal(mantissa: 1, scale: 3),
    entry: entry,
    margin: margin ?? 0, isIsolated: margin != nil)
}

/// An account of the sample venue with the given units by place of the asset.
func account(
  _ mode: MarginMode, _ units: [Int: Double], _ positions: [Position] = [], spot: [Int: Double] = [:],
  level: UserLevel = .regular, behaviour: Behaviour = Behaviour(), actions: [Action] = []
) -> Account {
  Account(
    number: 7, mode: mode, userLevel: level, balances: (0..<5).map { units[$0] ?? 0 },
    spot: (0..<5).map { spot[$0] ?? 0 }, positions: positions, behaviour: behaviour, actions: actions)
}

/// Whether two numbers agree to 12 digits, of themselves or of `scale`.
func near(_ value: Double, _ expected: Double, scale: Double = 0) -> Bool {
  abs(value - expected) <= 1e-12 * max(abs(expected), scale)
}

extension Journal {
  /// The closing steps, in order.
  var closings: [LiquidationStep] {
    entries.compactMap { if case .liquidation(let row) = $0 { row } else { nil } }
  }
  /// The conversions, in order.
  var conversions: [Conversion] {
    entries.compactMap { if case .conversion(let row) = $0 { row } else { nil } }
  }
  /// The payments of the insurance fund, in order.
  var payments: [FundPayment] {
    entries.compactMap { if case .fundPayment(let row) = $0 { row } else { nil } }
  }
  /// The single flows, in order.
  var flows: [FlowRecord] {
    entries.compactMap { if case .flow(let row) = $0 { row } else { nil } }
  }
}

/// Opens an account at its first prices and tests it once at others.
func afterOneTest(
  _ account: Account, _ venue: Venue, openedAt first: Quotes, testedAt second: Quotes
) -> (account: Account, journal: Journal) {
  let rules = Rules(venue)
  var (account, journal) = (account, Journal(keepsFlows: true))
  _ = rules.open(&account, testsInitialMargin: false, first)
  rules.test(&account, second, &journal)
  return (account, journal)
}

extension LiquidationStep {
  /// Place of the instrument that was closed; nil where it was an asset.
  var instrumentPlace: Int? {
    if case .instrument(let instrument) = subject { instrument.rawValue } else { nil }
  }
}
