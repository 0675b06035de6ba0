extension WorkedExample {
  /// What assets count for in one pool.
  static let collateral: [WorkedExample] = [
    WorkedExample(
      "MA-EQ-0", "multi_asset_equity",
      [
        "assets": [
          ["a": "USDT", "equity": 200, "bid": 0.9801, "ask": 0.99495],
          ["a": "USDC", "equity": 220, "bid": 1, "ask": 1],
        ]
      ],
      ["account_equity": 416.02, "usdt_available": 418.13, "usdc_available": 416.02], within: 0.01,
      .multiAsset),
    WorkedExample(
      "MA-EQ-1", "multi_asset_margin_ratio",
      [
        "btc": ["q": 0.5, "mark": 20_000, "mmr": 0.008, "imr": 0.01, "asset": "USDT"],
        "eth": ["q": 20, "mark": 600, "mmr": 0.01, "imr": 0.02, "asset": "USDC"], "equity": 416.02,
        "ask_usdt": 0.99495,
      ],
      [
        "uni_available": 76.525, "usdt_available": 76.91, "usdc_available": 76.525, "maint_margin": 199.596,
        "margin_ratio": 0.4798,
      ], within: 0.005, .multiAsset),
    WorkedExample(
      "MA-HAIRCUT-1", "collateral_haircut",
      ["asset": "BNB", "market_value": 1000, "collateral_ratio": 0.95],
      ["collateral_value": 950], within: 1e-09, .collateralRatios),
    WorkedExample(
      "MA-HAIRCUT-3", "collateral_haircut",
      ["asset": "FDUSD", "market_value": 1000, "collateral_ratio": 0.989],
      ["collateral_value": 989], within: 1e-09, .collateralRatiosLater),
    WorkedExample(
      "MA-BITUNIX", "collateral_haircut",
      ["btc": 1, "btc_price": 50_000, "eth": 2, "eth_price": 4000, "usdt": 1000, "ratio": 0.975],
      ["total": 57_550], within: 1e-06, .bitunix),
    WorkedExample(
      "MA-FLOX-1", "collateral_haircut",
      [
        "usd": 1000, "btc": 0.5, "btc_px": 30_000, "btc_haircut": 0.2, "eth": 10, "eth_px": 2000,
        "eth_haircut": 0.1,
      ],
      ["total": 31_000], within: 1e-06, .floxCollateral),
    WorkedExample(
      "MA-BIT", "collateral_haircut",
      ["bch": 100, "price": 300, "haircut": 0.05],
      ["collateral": 28_500], within: 1e-06, .bit),
    WorkedExample(
      "MA-INDEX-01", "asset_index_rates",
      [
        "symbol": "ADAUSD@2021-11-01", "index": 1.9295737, "bid_buffer": 0.1, "ask_buffer": 0.1,
        "auto_bid_buffer": 0.05, "auto_ask_buffer": 0.05,
      ],
      [
        "bid_rate": 1.73661633, "ask_rate": 2.12253107, "auto_bid_rate": 1.83309501,
        "auto_ask_rate": 2.02605238,
      ], within: 3.8591474e-07, .assetIndex),
    WorkedExample(
      "MA-INDEX-03", "asset_index_rates",
      [
        "symbol": "USDTUSD@2023-06-14", "index": 0.99987691, "bid_buffer": 0.0001, "ask_buffer": 0.0001,
        "auto_bid_buffer": 0.0001, "auto_ask_buffer": 0.0001,
      ],
      [
        "bid_rate": 0.99977692, "ask_rate": 0.99997689, "auto_bid_rate": 0.99977692,
        "auto_ask_rate": 0.99997689,
      ], within: 2e-07, .assetIndex),
    WorkedExample(
      "MA-INDEX-05", "asset_index_rates",
      [
        "symbol": "ETHUSD@2022-10-15", "index": 1299.68023945, "bid_buffer": 0.05, "ask_buffer": 0.05,
        "auto_bid_buffer": 0.025, "auto_ask_buffer": 0.025,
      ],
      [
        "bid_rate": 1234.69622748, "ask_rate": 1364.66425143, "auto_bid_rate": 1267.18823347,
        "auto_ask_rate": 1332.17224544,
      ], within: 0.00025993604789, .assetIndex),
    WorkedExample(
      "MA-INDEX-06", "asset_index_rates",
      [
        "symbol": "BNBUSD@2022-10-15", "index": 270.51029617, "bid_buffer": 0.05, "ask_buffer": 0.05,
        "auto_bid_buffer": 0.05, "auto_ask_buffer": 0.05,
      ],
      [
        "bid_rate": 256.98478136, "ask_rate": 284.03581098, "auto_bid_rate": 256.98478136,
        "auto_ask_rate": 284.03581098,
      ], within: 5.4102059234e-05, .assetIndex),
    WorkedExample(
      "MA-INDEX-08", "asset_index_rates",
      [
        "symbol": "DOTUSD@2022-10-15", "index": 6.06341148, "bid_buffer": 0.1, "ask_buffer": 0.1,
        "auto_bid_buffer": 0.05, "auto_ask_buffer": 0.05,
      ],
      [
        "bid_rate": 5.45707034, "ask_rate": 6.66975263, "auto_bid_rate": 5.76024091,
        "auto_ask_rate": 6.36658206,
      ], within: 1.212682296e-06, .assetIndex),
    WorkedExample(
      "MA-INDEX-10", "asset_index_rates",
      [
        "symbol": "BTCUSD gocryptotrader fixture", "index": 86168.37311999, "bid_buffer": 0.05,
        "ask_buffer": 0.05, "auto_bid_buffer": 0.025, "auto_ask_buffer": 0.025,
      ],
      [
        "bid_rate": 81859.95446399, "ask_rate": 90476.79177599, "auto_bid_rate": 84014.16379199,
        "auto_ask_rate": 88322.58244799,
      ], within: 0.017233674623998, .assetIndexFixture),
    WorkedExample(
      "MA-TIER-BIN", "collateral_tiered",
      [
        "btc": 6000, "price": 20_000,
        "tiers": [
          [100_000_000, 1], [120_000_000, 0.975], [150_000_000, 0.95], [180_000_000, 0.9],
          [200_000_000, 0.85],
        ],
      ],
      ["collateral_value": 119_500_000], within: 0.001, .crossMarginHaircuts),
    WorkedExample(
      "MA-TIER-BITGET-2", "collateral_tiered",
      ["usdt": 11_000_000],
      ["total": 10_875_000], within: 1e-06, .bitget),
    WorkedExample(
      "MA-TIER-MEXC", "collateral_tiered",
      ["btc": 2],
      ["margin_btc": 1.7], within: 1e-09, .mexc),
  ]
}
