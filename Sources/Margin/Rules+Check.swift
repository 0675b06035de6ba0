internal import Market

extension Rules {
  /// The margin state of an account at prices: pools, positions, collateral, and what auto-exchange would do.
  ///
  /// - Parameters:
  ///   - account: the account, opened or not.
  ///   - quotes: a price for everything that it holds outside its spot wallet.
  public func check(_ account: Account, _ quotes: Quotes) -> CheckReport {
    let isMulti = account.mode == .multiAsset
    let collateral = account.balances.indices.compactMap {
      account.mode == .loan ? loanCollateralRow($0, account, quotes) : collateralRow($0, account, quotes)
    }
    let available =
      switch account.mode {
      case .loan: loanAvailable(account, quotes)
      case .multiAsset: accountAvailable(account, quotes)
      case .isolated, .cross: collateral.reduce(0) { $0 + $1.available * $1.index }
      }
    return CheckReport(
      mode: account.mode,
      pools: pools(account).map { poolRow($0, account, quotes) },
      positions: account.positions.indices.map { positionRow($0, account, quotes) },
      collateral: collateral,
      accountEquity: isMulti ? accountValue(account, quotes).equity : grossEquity(account, quotes),
      available: available,
      autoExchange: isMulti ? autoExchangePreview(account, quotes) : nil,
      loan: loanReport(account, quotes))
  }

  private func poolRow(_ pool: PoolPlace, _ account: Account, _ quotes: Quotes) -> CheckReport.PoolRow {
    if pool == .loan { return loanPoolRow(account, quotes) }
    let value = value(pool, account, quotes)
    let (name, unit, side): (String, String, Side?) =
      switch pool {
      case .position(let place):
        (
          instrumentName(account.positions[place]), marginAssetName(account.positions[place]),
          account.positions[place].isLong ? .long : .short
        )
      case .asset(let asset): (venue.assets[asset].name, venue.assets[asset].name, nil)
      case .account, .loan: ("account", "USD", nil)
      }
    return CheckReport.PoolRow(
      pool: name, side: side, unit: unit, value: value, ratio: value.ratio,
      liquidates: fires(pool, account, quotes))
  }

  private func instrumentName(_ position: Position) -> String {
    venue.instruments[position.instrument.rawValue].name
  }

  private func marginAssetName(_ position: Position) -> String {
    venue.assets[marginAsset[position.instrument.rawValue]].name
  }

  private func positionRow(_ place: Int, _ account: Account, _ quotes: Quotes) -> CheckReport.PositionRow {
    let position = account.positions[place]
    let mark = quotes.marks[position.instrument.rawValue]
    return CheckReport.PositionRow(
      instrument: instrumentName(position), side: position.isLong ? .long : .short,
      quantity: abs(position.quantity), notional: notional(position, mark: mark),
      unrealizedPnL: unrealizedPnL(position, mark: mark),
      maintenanceMargin: maintenanceMargin(position, mark: mark),
      liquidationPrice: liquidationPrice(ofPositionAt: place, account, quotes),
      bankruptcyPrice: bankruptcyPrice(ofPositionAt: place, account, quotes))
  }

  /// An asset that is held or owed; nil for others.
  private func collateralRow(_ asset: Int, _ account: Account, _ quotes: Quotes) -> CheckReport.CollateralRow?
  {
    let units = heldUnits(account, asset)
    let (pnl, any) = allUnrealizedPnL(account, asset, quotes)
    guard any || units != 0 else { return nil }
    let index = quotes.index[asset]
    let gross = (units + pnl) * index
    let isMulti = account.mode == .multiAsset
    let value = isMulti ? collateralValue(gross, asset) : gross
    // At 0 the rate is that of the side on which a first unit would stand.
    let rate = gross == 0 ? (isMulti ? 1 - venue.assets[asset].bidBuffer : 1) : value / gross
    let available =
      isMulti
      ? accountAvailable(account, quotes) / (index * (1 + venue.assets[asset].askBuffer))
      : poolAvailable(asset, account, quotes)
    return CheckReport.CollateralRow(
      asset: venue.assets[asset].name, balance: account.balances[asset], equity: units + pnl, index: index,
      rate: rate, value: value, available: available)
  }

  /// Equity less initial margins at the ask rate, USD.
  ///
  /// Source: Binance, Multi-Assets mode: uniAvailable = equity − Σ IM·askRate; by asset: uniAvailable /
  /// askRate.
  private func accountAvailable(_ account: Account, _ quotes: Quotes) -> Double {
    var margin = 0.0
    for position in account.positions {
      let asset = marginAsset[position.instrument.rawValue]
      let required = initialMargin(position, quotes, leverage: position.leverage)
      margin += required * quotes.index[asset] * (1 + venue.assets[asset].askBuffer)
    }
    return accountValue(account, quotes).equity - margin
  }

  /// Balance and PnL less initial margins of an asset's cross pool, in units, at least 0.
  ///
  /// Source: Binance, single-asset mode: max(0, cross wallet + Σ cross PnL − Σ cross initial margin).
  private func poolAvailable(_ asset: Int, _ account: Account, _ quotes: Quotes) -> Double {
    var free = account.balances[asset] + unrealizedPnL(account, asset, quotes).0
    for position in account.positions
    where !position.isIsolated && marginAsset[position.instrument.rawValue] == asset {
      free -= initialMargin(position, quotes, leverage: position.leverage)
    }
    return max(0, free)
  }

  /// The real rule on a copy of the account.
  private func autoExchangePreview(_ account: Account, _ quotes: Quotes) -> CheckReport.AutoExchange {
    let (negative, positive) = loanToValue(account, quotes)
    let isBelow = account.balances.indices.contains { isBelowThreshold(account, $0) }
    let deficits = account.balances.indices.filter { account.balances[$0] < 0 }.map { asset in
      CheckReport.AutoExchange.Deficit(
        asset: venue.assets[asset].name, units: -account.balances[asset],
        value: -account.balances[asset] * quotes.index[asset] * (1 + venue.assets[asset].autoAskBuffer))
    }
    var copy = account
    var journal = Journal()
    _ = open(&copy, testsInitialMargin: false, quotes)
    _ = autoExchange(&copy, quotes, &journal)
    return CheckReport.AutoExchange(
      triggered: isBelow || firesLoanToValue(account, quotes),
      ltv: negative == 0 ? 0 : positive > 0 ? negative / positive : .infinity,
      deficits: deficits, sales: sales(journal))
  }

  /// What was sold, one entry per asset in table order.
  private func sales(_ journal: Journal) -> [CheckReport.AutoExchange.Sale] {
    var units = [Double](repeating: 0, count: venue.assets.count)
    var value = units
    for case .conversion(let conversion) in journal.entries {
      units[conversion.soldAsset.rawValue] += conversion.soldUnits
      value[conversion.soldAsset.rawValue] += conversion.soldUSD
    }
    return units.indices.filter { units[$0] != 0 }.map {
      CheckReport.AutoExchange.Sale(asset: venue.assets[$0].name, units: units[$0], value: value[$0])
    }
  }
}
