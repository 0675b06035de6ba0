import Market

extension Scenario {
  /// The instruments that are built in, with the prices of the scenario's days. The first three are made
  /// where nothing else is said.
  public var instruments: [GeneratedInstrument] {
    switch self {
    case .calm, .crash20210519: GeneratedInstrument.presets
    case .crash20200312: Self.instruments2020
    case .crash20221108: Self.instruments2022
    case .crash20251010: Self.instruments2025
    }
  }

  /// The collateral assets that are made where nothing else is said and what they follow is made too.
  public var assets: [GeneratedAsset] { self == .crash20251010 ? Self.assets2025 : [] }

  /// Collateral assets whose leader is among `instruments`.
  func assets(beside instruments: [GeneratedInstrument]) -> [GeneratedAsset] {
    assets.filter { asset in asset.follows.map { name in instruments.contains { $0.name == name } } ?? true }
  }

  private static let cent = ExactDecimal(mantissa: 1, scale: 2)
  private static let thousandth = ExactDecimal(mantissa: 1, scale: 3)

  /// BTC 7,300 to 3,900, ETH 190 to 87-90.
  private static let instruments2020 = [
    made("BTCUSDT", from: 7_300, to: 3_900, tick: cent, volatility: 0.9),
    made("ETHUSDT", from: 190, to: 88.5, tick: cent, volatility: 1.1),
  ]

  /// BTC from above 20,000 to 15,600, SOL -60 % to 12.6, ETH to 1,083; the starts are round prices.
  private static let instruments2022 = [
    made("BTCUSDT", from: 20_500, to: 15_600, tick: cent, volatility: 0.7),
    made("ETHUSDT", from: 1_570, to: 1_083, tick: cent, volatility: 0.9),
    made("SOLUSDT", from: 31.5, to: 12.6, tick: thousandth, volatility: 1.3),
  ]

  /// BTC 121,500 to 102,000; ETH to 3,500 and SOL to 174 from starts that are round prices.
  private static let instruments2025 = [
    made("BTCUSDT", from: 121_500, to: 102_000, tick: cent, volatility: 0.5),
    made("ETHUSDT", from: 4_300, to: 3_500, tick: cent, volatility: 0.8),
    made("SOLUSDT", from: 222, to: 174, tick: thousandth, volatility: 1),
  ]

  /// USDe to 0.65, WBETH to 430 and BNSOL to 34.90 while the contracts stood at 0.415 of their fall. The
  /// ratios of wrapped coins, 1.08 and 1.07, are ours.
  private static let assets2025 = [
    GeneratedAsset(name: "USDE", depegLow: 0.65),
    GeneratedAsset(name: "WBETH", follows: "ETHUSDT", ratio: 1.08, tickSize: cent, depegLow: 0.1009),
    GeneratedAsset(name: "BNSOL", follows: "SOLUSDT", ratio: 1.07, tickSize: cent, depegLow: 0.1626),
  ]

  private static func made(
    _ name: String, from start: Double, to low: Double, tick: ExactDecimal, volatility: Double
  ) -> GeneratedInstrument {
    GeneratedInstrument(
      name: name, startPrice: start, tickSize: tick, volatility: volatility, crashLow: low / start)
  }
}
