extension WorkedExample {
  /// Rules of other venues that this program's rules can express.
  static let otherVenues: [WorkedExample] = [
    WorkedExample(
      "LP-GATE-OKX-01", "liq_price_isolated_gate_okx",
      ["entry": 10, "leverage": 5, "qty": 1, "side": -1, "mmr": 0.01, "taker": 0.0006],
      ["liq_price": 11.87413417771621], within: 1e-06, .freqtradePrices, required: false),
    WorkedExample(
      "LP-GATE-OKX-03", "liq_price_isolated_gate_okx",
      ["entry": 10, "leverage": 3, "qty": 1, "side": -1, "mmr": 0.01, "taker": 0.0006],
      ["liq_price": 13.193482419684678], within: 1e-06, .freqtradePrices, required: false),
    WorkedExample(
      "LP-GATE-OKX-05", "liq_price_isolated_gate_okx",
      ["entry": 10, "leverage": 5, "qty": 1, "side": 1, "mmr": 0.01, "taker": 0.0006],
      ["liq_price": 8.085708510208207], within: 1e-06, .freqtradePrices, required: false),
    WorkedExample(
      "LP-GATE-OKX-06", "liq_price_isolated_gate_okx",
      ["entry": 10, "leverage": 3, "qty": 1, "side": 1, "mmr": 0.01, "taker": 0.0006],
      ["liq_price": 6.738090425173506], within: 1e-06, .freqtradePrices, required: false),
    WorkedExample(
      "LP-BYBIT-01", "liq_price_isolated_bybit",
      ["entry": 10, "leverage": 1, "side": 1, "mmr": 0.01],
      ["liq_price": 0.1], within: 1e-06, .freqtradePrices, required: false),
    WorkedExample(
      "LP-BYBIT-03", "liq_price_isolated_bybit",
      ["entry": 10, "leverage": 5, "side": 1, "mmr": 0.01],
      ["liq_price": 8.1], within: 1e-06, .freqtradePrices, required: false),
    WorkedExample(
      "LP-BYBIT-05", "liq_price_isolated_bybit",
      ["entry": 10, "leverage": 1, "side": -1, "mmr": 0.01],
      ["liq_price": 19.9], within: 1e-06, .freqtradePrices, required: false),
    WorkedExample(
      "LP-BYBIT-06", "liq_price_isolated_bybit",
      ["entry": 10, "leverage": 3, "side": -1, "mmr": 0.01],
      ["liq_price": 13.233333], within: 1e-06, .freqtradePrices, required: false),
    WorkedExample(
      "LP-BYBIT-08", "liq_price_isolated_bybit",
      ["entry": 10, "leverage": 10, "side": -1, "mmr": 0.01],
      ["liq_price": 10.9], within: 1e-06, .freqtradePrices, required: false),
    WorkedExample(
      "LP-BYBIT-DOC-2", "liq_price_isolated_bybit",
      ["entry": 8000, "leverage": 40, "side": -1, "mmr": 0.005],
      ["liq_price": 8160], within: 1e-06, .bybit, required: false),
    WorkedExample(
      "LP-JESSE-LONG", "liq_price_isolated_jesse",
      ["entry": 80, "leverage": 2, "side": 1, "mmr": 0.004],
      ["liq_price": 40.32], within: 0.005, .jesse, required: false),
  ]
}
