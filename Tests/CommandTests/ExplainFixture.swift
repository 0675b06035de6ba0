import Support
import Testing

/// One life that can be followed on paper.
///
/// 1,000 USD, half USDT, half ETH at 100, are long 50 BTC from 100 in a multi-asset account; ETH counts for
/// 80 % as collateral and sells at 80 %. Equity 500 + 400 = 900 against a maintenance margin of 50.
///
/// Funding of 0.1 % at 100 costs 5 USDT. At 83.5 the position has lost 825: equity 495 − 825 + 400 = 70,
/// maintenance margin 41.75, and the owner adds a tenth of his start, 100 USDT. At 80 the loss is 1,000:
/// equity 595 − 1,000 + 400 = −5 against 40. All is closed; nothing is left for a fee. The 5 ETH bring 400 of
/// the 405 USDT that are missing, 100 less than they are worth, and the fund pays 5. The top-up brings the
/// ratio back to 41.75 / 170 at the instant at which it passed 0.5, so the account was green as long as it
/// lived.
enum ExplainFixture {
  static let venue = """
    name: hand
    source: made up for a test
    assets:
      USDT: {stable: true}
      BTC: {index_from: BTCUSDT}
      ETH: {index_from: ETHUSDT, bid_buffer: 0.2, auto_bid_buffer: 0.2}
    instruments:
      BTCUSDT: {base: BTC, margin_asset: USDT, lot: 0.001, taker_fee: 0, liquidation_fee: 0.00390625,
                brackets: [{floor: 0, rate: 0.01, max_leverage: 50, amount: 0}]}
      ETHUSDT: {base: ETH, margin_asset: USDT, lot: 0.001, taker_fee: 0, liquidation_fee: 0.00390625,
                brackets: [{floor: 0, rate: 0.01, max_leverage: 50, amount: 0}]}
    liquidation: {comparator: "<=", rule: none}

    """

  static let ticks = """
    time,symbol,kind,price,size
    2021-05-19T12:00:00Z,BTCUSDT,trade,100,1
    2021-05-19T12:00:00Z,ETHUSDT,trade,100,1
    2021-05-19T12:00:01Z,BTCUSDT,trade,100,1
    2021-05-19T12:00:01Z,BTCUSDT,funding,0.001,
    2021-05-19T12:00:02Z,BTCUSDT,trade,83.5,1
    2021-05-19T12:00:03.5Z,BTCUSDT,trade,80,1
    2021-05-19T12:00:04Z,BTCUSDT,trade,120,1

    """

  static let study = """
    name: life
    ticks: [t.ticks.zst]
    venue: ./venue.yaml
    population:
      accounts: 2
      cohorts:
        - name: pooled
          mode: multi-asset
          equity: 1000
          collateral: {USDT: 0.5, ETH: 0.5}
          leverage: 5
          positions: {BTCUSDT: 1}
          behaviour: {top_up: {at_ratio: 0.5, amount: 0.1, times: 1}}
    axes:
      leverage: [5, 100]
    report: {accounts: true, bands: true}

    """

  /// What the program prints for account 1 of point 0, from the reckoning above.
  static let life = """
    study life, run out
    point 0: leverage 5
    account 1, cohort pooled, multi-asset, leverage 5, status bankrupt

    time                    event         change USD  ratio before  ratio after  what happened
    2021-05-19T12:00:00Z    opening                                      0.0556  balance 500 USDT, 5 ETH at \
    100 USD
                                                                                 long 50 BTCUSDT from 100, \
    mark 100
                                                                                 gross equity 1000 USD
                                                                                 pool account: equity 900, \
    initial margin 100, maintenance margin 50 USD
    2021-05-19T12:00:01Z    funding               -5        0.0556       0.0559  long 50 BTCUSDT at mark \
    100, rate 0.001: pays 5 USDT
    2021-05-19T12:00:02Z    trigger                         0.5964       0.2456  top-up of pool account: \
    maintenance margin 41.75 >= 0.5 of equity 70 USD
                                                                                 at BTCUSDT 83.5, index ETH \
    100
    2021-05-19T12:00:02Z    top_up               100                             100 USDT from outside
    2021-05-19T12:00:03.5Z  trigger                            inf               pool account: equity -5 <= \
    maintenance margin 40 USD
                                                                                 at BTCUSDT 80, index ETH \
    100
    2021-05-19T12:00:03.5Z  liquidation            0           inf            0  step 1 closes long 50 \
    BTCUSDT at 80, notional 4000 USD
                                                                                 realised -1000, fee 0, \
    pool account equity after -5 USD, taken over
    2021-05-19T12:00:03.5Z  conversion          -100                             step 2 sells 5 ETH, worth \
    500 USD, for 400 USDT (liquidation); the buffers cost 100 USD
    2021-05-19T12:00:03.5Z  fund_payment           5                             the insurance fund pays 5 \
    USDT; the balance ends at 0
    2021-05-19T12:00:04Z    end                                                  balance 0
                                                                                 no position
                                                                                 gross equity 0 USD
                                                                                 status bankrupt

    reconciliation, USD
       start_equity      1000
    +  pnl              -1000
    +  revaluation          0
    -  fees                 0
    -  funding              5
    -  interest             0
    -  conversion_cost    100
    +  fund_payment         5
    +  top_ups            100
    +  actions              0
    =  expected             0
       end_equity           0
       residual             0

    time per band
    green_s        3.5
    yellow_s         0
    red_s            0
    longest_red_s    0

    liquidations.csv: 1 row, the same bytes as the replay
    conversions.csv: 1 row, the same bytes as the replay
    accounts.csv: 1 row, the same bytes as the replay
    bands.csv: 1 row, the same bytes as the replay

    """

  /// A folder with the study, its ticks and its finished run `out`.
  static func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write("venue.yaml", venue)
    try sandbox.write("ticks.csv", ticks)
    try sandbox.write("study.yaml", study)
    try succeed(try sandbox.run("ticks", "import", "ticks.csv", "--out", "t.ticks.zst"))
    try succeed(try sandbox.run("sweep", "study.yaml", "--out", "out"))
    return sandbox
  }
}

/// Fails the test where a program failed.
func succeed(_ result: BinaryResult) throws {
  try #require(result.status == 0, "\(result.stderr)")
}
