extension WorkedExample {
  /// Conversions, loans, liquidations, funding and fees.
  static let events: [WorkedExample] = [
    WorkedExample(
      "AX-1", "auto_exchange_amount",
      ["deficit": 5000, "auto_bid_buffer": 0.025],
      ["sold_value": 5128.2], within: 0.01, .autoExchange),
    WorkedExample(
      "AX-3", "auto_exchange_amount",
      ["deficit": 10_000, "auto_bid_buffer": 0.025],
      ["sold_value": 10_256], within: 1, .aster),
    WorkedExample(
      "AX-TRIGGER-1", "auto_exchange_trigger",
      ["balances": ["USDT": -9000, "BUSD": -9000], "threshold": -10_000],
      ["triggered": false], within: 0, .autoExchange),
    WorkedExample(
      "LTV-1", "ltv",
      ["neg": [[4000, 0.0001]], "pos": [[4100, 0.025]], "trigger": 0.995],
      ["ltv": 1.000725453408, "triggered": true], within: 1e-06, .loanToValue),
    WorkedExample(
      "AX-PRORATA", "auto_exchange_prorata",
      ["deficit": 5000, "assets": [["BTC", 6000, 0.025], ["ETH", 2000, 0.025], ["BNB", 2000, 0.05]]],
      ["BTC": 3076.923077, "ETH": 1025.641026, "BNB": 1052.631579], within: 1e-05, .autoExchange),
    WorkedExample(
      "SM-INT-1", "interest",
      ["principal": 1000, "daily_rate": 0.0002, "from_": "13:20", "to": "14:15", "hours": 2],
      ["interest": 0.01666667], within: 1e-07, .interest),
    WorkedExample(
      "SM-XMPRO-1", "cross_margin_pro_level",
      ["asset": 20_000, "liability": 10_000, "mmr": 0.02],
      ["net_equity": 10_000, "maint": 200, "margin_level": 50], within: 1e-09, .crossMarginPro),
    WorkedExample(
      "SM-XMPRO-MAXBORROW", "max_borrow",
      ["net_collateral": 10_000, "initial_margin": 1112, "imr": 0.1112],
      ["max_borrow": 79_928], within: 1, .crossMarginPro),
    WorkedExample(
      "SM-DOC-RATIO", "collateral_ratio_doc",
      [
        "btc": 1, "btc_px": 100_000, "btc_f": 0.9, "ada": 10_000, "ada_px": 1, "ada_f": 0.5,
        "borrowed": 85_000, "interest": 500,
      ],
      ["ratio": 1.111111], within: 1e-05, .loanGuide),
    WorkedExample(
      "SM-DOC-PARTIAL", "partial_liquidation_doc",
      ["btc_px": 94_000, "liability": 85_500, "target": 1.1, "h": 0.9, "fee": 0],
      ["ratio_before": 1.047953, "sell_btc_usd": 22_250, "ratio_after": 1.1], within: 0.0001, .loanGuide),
    WorkedExample(
      "SM-PARTIAL-5X", "partial_liquidation_margin",
      ["assets": 440_000, "debt": 400_000, "target": 1.25, "fee": 0],
      ["sell": 240_000, "ml_after": 1.25], within: 1e-06, .crossMarginLiquidation),
    WorkedExample(
      "PL-BTC-MIN", "partial_liquidation_futures",
      [
        "qty": 300, "entry": 60_000, "mark": 59_500, "wallet": 360_000, "mmr": 0.02, "cum": 131_450,
        "fee": 0.013,
      ],
      [
        "liq_price": 59552.8911565, "bankruptcy_price": 58_800, "equity": 210_000, "maint_margin": 225_550,
        "close_qty": 37.33493397, "margin_ratio_after": 1,
      ], within: 1e-05, .brackets2024),
    WorkedExample(
      "FU-1", "funding",
      ["qty": 30, "marks": [2.77, 2.77], "rates": [-8e-06, -3e-06], "side": -1],
      ["payment": -0.00091409999], within: 1e-08, .freqtradeFunding),
    WorkedExample(
      "FU-CALC-1", "funding",
      ["qty": 10, "rate": 0.0001, "mark": 2, "side": -1],
      ["payment": 0.002], within: 1e-09, .freqtradeFunding),
    WorkedExample(
      "FU-CALC-3", "funding",
      ["qty": 10, "rate": 0.0002, "mark": 2.5, "side": -1],
      ["payment": 0.005], within: 1e-09, .freqtradeFunding),
    WorkedExample(
      "FU-DAY", "funding",
      ["notional": 20_000, "rate": 0.0001, "payments": 3],
      ["fee": 6], within: 1e-09, .fundingDay),
    WorkedExample(
      "FEE-1", "trading_fee",
      ["notional": 1000, "taker": 0.0005, "maker": 0.0002],
      ["taker_fee": 0.5, "maker_fee": 0.2], within: 1e-09, .fees),
  ]
}
