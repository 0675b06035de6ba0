extension WorkedExample {
  /// Where an example stands.
  struct Source: Sendable {
    var text: String

    init(_ text: String) { self.text = text }
  }
}

// MARK: - Futures

extension WorkedExample.Source {
  static let liquidationPrice = Self(
    """
    Binance, how to calculate liquidation price of futures (support b3c689c1f50a44cabb3a84e663b81d93), as \
    tested by freqtrade c9ae5e1, tests/exchange/test_binance.py
    """)
  static let marginRatio = Self(
    """
    reckoned from the same account; formula: Binance support c983a9268cfa4e70a4916c276bb3b7bc and \
    5d62f8be18d24544b5b6156094c16bf7
    """)
  static let freqtradePrices = Self(
    "freqtrade c9ae5e1, tests/exchange/test_exchange.py, test_get_liquidation_price")
  static let freqtradeFunding = Self(
    """
    freqtrade c9ae5e1, tests/exchange/test_exchange.py, test__fetch_and_calculate_funding_fees and \
    test_calculate_funding_fees
    """)
  static let brackets2024 = Self(
    """
    BTC/USDT:USDT in freqtrade c9ae5e1, freqtrade/exchange/binance_leverage_tiers.json (2024-10-24); \
    figures reckoned from them; the liquidation fee of 1.25 % is the exchange's liquidationFee
    """)
  static let octoBot = Self(
    "Drakkar-Software/OctoBot-Trading, tests/personal_data/positions/types/test_linear_position.py")
  static let hyperliquid = Self(
    "formula: https://hyperliquid.gitbook.io/hyperliquid-docs/trading/liquidations; reckoned from it")
  static let floxCross = Self("FLOX-Foundation/flox, venue/tests/test_venue_cross_margin.cpp")
  static let bybit = Self("https://help.bybit.com/hc/en-us/articles/900000181046")
  static let jesse = Self(
    "jesse-ai/jesse 682b1714, jesse/strategies/TestLiquidationInIsolatedModeForLongTrade")
  static let fundingDay = Self(
    "https://askai.glarity.app/search/How-is-the-funding-rate-calculated-on-Binance")
  static let fees = Self("https://babianfox.com/en/kb/binance-futures-fee/")
}

// MARK: - Collateral

extension WorkedExample.Source {
  static let multiAsset = Self("Binance, Multi-Assets mode (support c983a9268cfa4e70a4916c276bb3b7bc)")
  static let multiAssetGuide = Self("a guide to multi-asset margin: a loss of 300 and a gain of 500")
  static let collateralRatios = Self(
    "https://www.binance.com/en-NG/futures/trading-rules/perpetual/multi-asset-info")
  static let collateralRatiosLater = Self("the same page in a later version, as a mirror has it")
  static let bitunix = Self("https://bitunix.com/zh-tw/multi-assets/cdr")
  static let bit = Self("https://helpcenter.bitexch.io/en/articles/9777671")
  static let floxCollateral = Self("FLOX-Foundation/flox d2dc5ecf, venue/tests/test_venue_collateral.cpp")
  static let assetIndex = Self(
    "Binance USDⓈ-M futures, answers of the API page Multi-Assets-Mode-Asset-Index, at the symbol's day")
  static let assetIndexFixture = Self(
    "an answer of the same API among the tests of thrasher-corp/gocryptotrader")
  static let crossMarginHaircuts = Self(
    "Binance, cross margin collateral haircuts (support 4bec9126c021472285b20874f9380dfb)")
  static let bitget = Self("Bitget, collateral by tiers of USDT; only the total is known")
  static let mexc = Self("https://www.mexc.fm/en-TR/futures/information/multi_asset; only the total is known")
  static let autoExchange = Self(
    """
    Binance, frequently asked questions on the Multi-Assets mode (support f80415bea8124f6494566f23c0bf9c38); \
    the shares of three assets are reckoned
    """)
  static let aster = Self("https://www.asterdex.com/en/futures/trading-rules/multi-assets-info")
  static let loanToValue = Self(
    "formula: Binance, auto-exchange in Multi-Assets mode, as trade-help.nexusft.com has it; reckoned from it"
  )
}

// MARK: - Loans

extension WorkedExample.Source {
  static let crossMarginPrice = Self(
    "Binance, liquidation price of margin trading (support f6b010588e55413aa58b7d63ee0125ed)")
  static let crossMarginLiquidation = Self(
    """
    Binance, margin levels and liquidation that ends early (support c08f0ef718214f40b651a2018ce1f71b); the \
    price of 44,000 and the sale are reckoned
    """)
  static let crossMarginPro = Self("Binance, Cross Margin Pro (support 84aac4a694f54c55a95f721b33cfd174)")
  static let interest = Self("Binance, margin interest (support 360030157812, 2019-07-05)")
  static let loanGuide = Self(
    """
    a guide to multi-asset collateral: call at 110 %, liquidation at 105 %, highest factor first; figures \
    reckoned from it
    """)
}
