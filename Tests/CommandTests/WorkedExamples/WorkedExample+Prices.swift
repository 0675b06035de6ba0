extension WorkedExample {
  /// What positions need, and the prices at which they are liquidated or ruined.
  static let positions: [WorkedExample] = [
    WorkedExample(
      "LP-BIN-ISO-ETH", "liq_price_isolated",
      [
        "wallet_balance": 1535443.01, "qty": 3683.979, "entry": 1456.84, "side": 1, "mmr": 0.1,
        "cum": 135_365,
      ],
      ["liq_price": 1114.78], within: 0.01, .liquidationPrice),
    WorkedExample(
      "LP-FT-01", "liq_price_isolated",
      ["wallet_balance": 2, "qty": 1, "entry": 10, "side": -1, "mmr": 0.01, "cum": 0.01, "leverage": 5],
      ["liq_price": 11.89108910891089], within: 1e-06, .freqtradePrices),
    WorkedExample(
      "LP-FT-03", "liq_price_isolated",
      ["wallet_balance": 1.6, "qty": 1, "entry": 8, "side": -1, "mmr": 0.01, "cum": 0.01, "leverage": 5],
      ["liq_price": 9.514851485148514], within: 1e-06, .freqtradePrices),
    WorkedExample(
      "LP-FT-04", "liq_price_isolated",
      ["wallet_balance": 1.2, "qty": 0.6, "entry": 10, "side": -1, "mmr": 0.01, "cum": 0.01, "leverage": 5],
      ["liq_price": 11.897689768976898], within: 1e-06, .freqtradePrices),
    WorkedExample(
      "LP-FT-06", "liq_price_isolated",
      ["wallet_balance": 1.6, "qty": 1, "entry": 8, "side": 1, "mmr": 0.01, "cum": 0.01, "leverage": 5],
      ["liq_price": 6.454545454545454], within: 1e-06, .freqtradePrices),
    WorkedExample(
      "LP-FT-08", "liq_price_isolated",
      ["wallet_balance": 1.2, "qty": 0.6, "entry": 10, "side": 1, "mmr": 0.01, "cum": 0.01, "leverage": 5],
      ["liq_price": 8.063973063973064], within: 1e-06, .freqtradePrices),
    WorkedExample(
      "LP-BIN-CROSS-ETH", "liq_price_cross_two_positions",
      [
        "wallet_balance": 1535443.01, "target": "ETHUSDT",
        "positions": [
          [
            "symbol": "BTCUSDT", "side": 1, "q": 109.488, "ep": 32481.98, "mark": 31967.27, "mmr": 0.025,
            "cum": 16_300,
          ],
          [
            "symbol": "ETHUSDT", "side": 1, "q": 3683.979, "ep": 1456.84, "mark": 1335.18, "mmr": 0.1,
            "cum": 135_365,
          ],
        ],
      ],
      ["tmm_other": 71200.81144, "upnl_other": -56354.57, "liq_price": 1153.26], within: 0.01,
      .liquidationPrice),
    WorkedExample(
      "MR-BIN-CROSS-ACCT", "margin_ratio_cross",
      [
        "wallet_balance": 1535443.01,
        "positions": [
          [
            "symbol": "BTCUSDT", "side": 1, "q": 109.488, "ep": 32481.98, "mark": 31967.27, "mmr": 0.025,
            "cum": 16_300,
          ],
          [
            "symbol": "ETHUSDT", "side": 1, "q": 3683.979, "ep": 1456.84, "mark": 1335.18, "mmr": 0.1,
            "cum": 135_365,
          ],
        ],
      ],
      ["maint_margin": 427713.319566, "margin_balance": 1030895.55638, "margin_ratio": 0.41489491],
      within: 0.0001, .marginRatio),
    WorkedExample(
      "BP-OCTOBOT-1", "bankruptcy_price",
      ["entry": 100, "leverage": 100, "side": 1],
      ["bankruptcy_price": 99], within: 1e-09, .octoBot),
    WorkedExample(
      "BP-OCTOBOT-3", "bankruptcy_price",
      ["entry": 100, "leverage": 1, "side": -1],
      ["bankruptcy_price": 200], within: 1e-09, .octoBot),
    WorkedExample(
      "LP-MARGIN-BIN", "liq_price_spot_margin",
      ["asset_qty": 1, "debt": 20_000, "liq_margin_level": 1.1],
      ["liq_price": 22_000], within: 1e-06, .crossMarginPrice),
    WorkedExample(
      "LP-MARGIN-2BTC", "liq_price_spot_margin",
      ["btc": 10, "price": 50_000, "debt": 400_000, "liq_margin_level": 1.1],
      ["margin_level": 1.25, "liq_price": 44_000], within: 1e-09, .crossMarginLiquidation),
    WorkedExample(
      "LP-HYPERLIQUID", "liq_price_hyperliquid",
      ["price": 50_000, "side": 1, "size": 1, "isolated_margin": 1000, "maintenance_leverage": 100],
      ["liq_price": 49494.94949494949], within: 1e-06, .hyperliquid),
    WorkedExample(
      "MM-CUM-BTC-2024", "maintenance_amount",
      [
        "tiers": [
          ["floor": 0, "mmr": 0.004], ["floor": 50_000, "mmr": 0.005], ["floor": 600_000, "mmr": 0.0065],
          ["floor": 3_000_000, "mmr": 0.01], ["floor": 12_000_000, "mmr": 0.02],
          ["floor": 70_000_000, "mmr": 0.025], ["floor": 100_000_000, "mmr": 0.05],
          ["floor": 230_000_000, "mmr": 0.1], ["floor": 480_000_000, "mmr": 0.125],
          ["floor": 600_000_000, "mmr": 0.15], ["floor": 800_000_000, "mmr": 0.25],
          ["floor": 1_200_000_000, "mmr": 0.5],
        ]
      ],
      [
        "cum_1": 0, "cum_2": 50, "cum_3": 950, "cum_4": 11_450, "cum_5": 131_450, "cum_6": 481_450,
        "cum_7": 2_981_450, "cum_8": 14_481_450, "cum_9": 26_481_450, "cum_10": 41_481_450,
        "cum_11": 121_481_450, "cum_12": 421_481_450,
      ], within: 0.001, .brackets2024),
    WorkedExample(
      "MM-ETH-FAQ", "maintenance_margin",
      ["notional": 4918775.081, "mmr": 0.1, "cum": 135_365],
      ["mm": 356512.508], within: 0.01, .liquidationPrice),
    WorkedExample(
      "MM-CONTINUITY", "maintenance_margin",
      ["notional": 12_000_000],
      ["mm_tier4": 108_550, "mm_tier5": 108_550], within: 1e-06, .brackets2024),
    WorkedExample(
      "MA-OFFSET-DOC", "pnl_offset",
      ["upnl": [-300, 500]],
      ["net": 200], within: 1e-09, .multiAssetGuide),
    WorkedExample(
      "PL-FLOX-CROSS", "cross_liquidation_trigger",
      [
        "wallet": 1000, "btc": ["q": 50, "ep": 100, "mark": 95], "eth": ["q": 50, "ep": 100, "mark": 100],
        "mmr": 0.05,
      ],
      ["equity": 750, "maint": 487.5, "liquidated": false], within: 1e-09, .floxCross),
  ]
}
