/// What `study init` writes: every section with its units and choices.
enum StudyTemplate {
  static let text = #"""
    # A MarginSweep study. Ticks to try it with:
    #   marginsweep ticks generate --scenario crash-2021-05-19 --out crash.ticks.zst
    # Then:
    #   marginsweep study check STUDY.yaml
    #   marginsweep sweep STUDY.yaml --out DIR
    name: my-study

    # Tick files, merged by time; paths count from this file.
    ticks: [crash.ticks.zst]
    # From inclusive, to exclusive, UTC. Leave it out for all ticks. The last price before `from` carries in.
    window: {from: 2021-05-18T12:00:00Z, to: 2021-05-20T00:00:00Z}
    # Which series plays the mark price: mark | trade | mid. Without it: mark where the ticks have it, else
    # trade.
    mark: mark

    # A built-in rule set (marginsweep venue list), or the path of a venue file.
    venue: binance-usdm-multi-2021
    # Any value of the venue, by its path (marginsweep venue show NAME --json).
    overrides:
      venue.assets.BTC.bid_buffer: 0.05

    population:
      accounts: 1000
      # The same seed gives the same people at every point and for every number of accounts.
      seed: 7
      # Each account belongs to one cohort; weights are relative.
      cohorts:
        - name: long-trader
          weight: 0.6
          mode: cross                # isolated | cross | multi-asset | loan
          # USD before haircuts: a number, or drawn: {choice: […]}, {uniform: {low: , high: }} or
          # {lognormal: {median: , sigma: }}.
          equity: {lognormal: {median: 10000, sigma: 1.2}}
          # Shares of the equity by asset, or {dirichlet: {BTC: 2, USDT: 1}}.
          collateral: {USDT: 1}
          # Exposure: notional / equity, not the venue's leverage setting. A number or drawn as equity is.
          leverage: {choice: [2, 5, 10]}
          # Signed shares of the notional by instrument, or so many different instruments at random, each long
          # with this probability.
          positions: {random: 2, long: 0.7}
          # start | a time | {uniform: window}
          open: {uniform: window}
        - name: hedged-holder
          weight: 0.4
          mode: multi-asset
          equity: {lognormal: {median: 50000, sigma: 1}}
          collateral: {BTC: 0.5, ETH: 0.3, USDT: 0.2}
          # A separate wallet in units of the assets: valued, never margin.
          spot: {ETH: 3, BNB: 20}
          leverage: 2
          positions: {BTCUSDT: -0.6, ETHUSDT: -0.4}
          # Close everything once this share of the equity is lost; add money when a pool's ratio reaches
          # at_ratio.
          behaviour: {stop_loss: 0.5, top_up: {at_ratio: 0.8, amount: 0.2, times: 1}}

    # The grid: every combination is a point, the last axis runs fastest. An axis is leverage, haircut_scale,
    # mode, or any path of the venue or the population.
    axes:
      leverage: [2, 5, 10, 20]           # replaces the leverage of every cohort
      haircut_scale: [0.5, 1, 1.5, 2]    # multiplies every haircut

    # timeline: one row a stretch in timeline.csv; accounts: one row an account in accounts.csv; bands: its
    # time in green, yellow and red in bands.csv.
    report: {timeline: 1m, accounts: true}

    """#
}
