public import Market

/// Equity and maintenance margin of a pool, in the pool's unit: its margin asset, USD for multi-asset.
public struct PoolValue: Sendable, Hashable {
  /// What the pool is worth.
  public var equity: Double
  /// What it must be worth.
  public var maintenanceMargin: Double

  /// Maintenance margin / equity: 0 without maintenance, infinite where equity ≤ 0 < maintenance.
  public var ratio: Double {
    if maintenanceMargin == 0 { return 0 }
    return equity <= 0 ? .infinity : maintenanceMargin / equity
  }
}

extension Rules {
  /// Unrealised PnL of a position at `mark`: `q·(p − entry)`, in its margin asset.
  public func unrealizedPnL(_ position: Position, mark: Double) -> Double {
    position.quantity * (mark - position.entry)
  }

  /// Notional of a position at `mark`: `|q|·p`, in its margin asset.
  public func notional(_ position: Position, mark: Double) -> Double {
    abs(position.quantity) * mark
  }

  /// Maintenance margin of a notional: `max(0, max over brackets (notional·rate − amount))`, in the margin
  /// asset.
  public func maintenanceMargin(_ instrument: InstrumentIndex, notional: Double) -> Double {
    var largest = 0.0
    for row in bracketStart[instrument.rawValue]..<bracketStart[instrument.rawValue + 1] {
      let margin = notional * bracketRate[row] - bracketAmount[row]
      if margin > largest { largest = margin }
    }
    return largest
  }

  /// Maintenance margin of a position at `mark`, in its margin asset.
  public func maintenanceMargin(_ position: Position, mark: Double) -> Double {
    maintenanceMargin(position.instrument, notional: notional(position, mark: mark))
  }

  /// The row of the leverage table that holds `notional`: `floor < notional <= next floor`.
  func bracketRow(_ instrument: InstrumentIndex, notional: Double) -> Int {
    var row = bracketStart[instrument.rawValue]
    let last = bracketStart[instrument.rawValue + 1] - 1
    while row < last && bracketFloor[row + 1] < notional { row += 1 }
    return row
  }

  /// An isolated position: `margin + pnl` against its maintenance margin, in its margin asset.
  public func isolatedValue(_ position: Position, _ quotes: Quotes) -> PoolValue {
    let mark = quotes.marks[position.instrument.rawValue]
    return PoolValue(
      equity: position.margin + unrealizedPnL(position, mark: mark),
      maintenanceMargin: maintenanceMargin(position, mark: mark))
  }

  /// The cross pool of a margin asset: `balance + Σ pnl` against `Σ mm`, in that asset.
  public func crossValue(_ account: Account, _ asset: AssetIndex, _ quotes: Quotes) -> PoolValue {
    var (pnl, margin) = (0.0, 0.0)
    for position in account.positions
    where !position.isIsolated && marginAsset[position.instrument.rawValue] == asset.rawValue {
      let mark = quotes.marks[position.instrument.rawValue]
      pnl += unrealizedPnL(position, mark: mark)
      margin += maintenanceMargin(position, mark: mark)
    }
    return PoolValue(equity: account.balances[asset.rawValue] + pnl, maintenanceMargin: margin)
  }

  /// The pool of a multi-asset account, in USD: haircut equity against maintenance margin at the ask rate.
  ///
  /// Source: Binance, Multi-Assets mode: equity `Σ min(eq·bidRate, eq·askRate)`, maintenance `Σ mm·askRate`.
  public func accountValue(_ account: Account, _ quotes: Quotes) -> PoolValue {
    var equity = 0.0
    for asset in account.balances.indices {
      guard let value = assetValue(account, asset, quotes) else { continue }
      equity += collateralValue(value, asset)
    }
    var margin = 0.0
    for position in account.positions {
      margin += maintenanceMarginUSD(position, quotes)
    }
    return PoolValue(equity: equity, maintenanceMargin: margin)
  }

  /// Maintenance margin of a position in USD at the ask rate of its margin asset: `mm·I·(1 + ask)`.
  func maintenanceMarginUSD(_ position: Position, _ quotes: Quotes) -> Double {
    let asset = marginAsset[position.instrument.rawValue]
    let margin = maintenanceMargin(position, mark: quotes.marks[position.instrument.rawValue])
    return margin * quotes.index[asset] * (1 + venue.assets[asset].askBuffer)
  }

  /// Index value of an asset's balance and unrealised PnL, USD: `x = (balance + Σ pnl)·I`; nil where it holds
  /// neither.
  func assetValue(_ account: Account, _ asset: Int, _ quotes: Quotes) -> Double? {
    let (pnl, any) = unrealizedPnL(account, asset, quotes)
    if !any && account.balances[asset] == 0 { return nil }
    return (account.balances[asset] + pnl) * quotes.index[asset]
  }

  /// Σ pnl of the positions that share an asset's balance, in the asset, and whether there are any.
  func unrealizedPnL(_ account: Account, _ asset: Int, _ quotes: Quotes) -> (Double, Bool) {
    var (pnl, any) = (0.0, false)
    guard isMarginAsset[asset] else { return (pnl, any) }
    for position in account.positions
    where !position.isIsolated && marginAsset[position.instrument.rawValue] == asset {
      pnl += unrealizedPnL(position, mark: quotes.marks[position.instrument.rawValue])
      any = true
    }
    return (pnl, any)
  }

  /// What an index value of `x` USD counts for: `min(x·(1 − bid), x·(1 + ask))`, with tiers
  /// `min over tiers (x·rate + amount)` in place of the bid side.
  public func collateralValue(_ x: Double, _ asset: Int) -> Double {
    let terms = venue.assets[asset]
    let marked = x * (1 + terms.askBuffer)
    if terms.tiers.isEmpty { return min(x * (1 - terms.bidBuffer), marked) }
    return terms.tiers.reduce(marked) { min($0, x * $1.rate + $1.amount) }
  }

  /// What an index value of `x` USD brings or costs at auto-exchange rates.
  func conversionValue(_ x: Double, _ asset: Int) -> Double {
    let terms = venue.assets[asset]
    return min(x * (1 - terms.autoBidBuffer), x * (1 + terms.autoAskBuffer))
  }

  /// Gross equity, USD at index prices: balances, isolated margins and unrealised PnL, no haircut, spot
  /// apart.
  public func grossEquity(_ account: Account, _ quotes: Quotes) -> Double {
    var equity = 0.0
    for asset in account.balances.indices {
      let units = heldUnits(account, asset)
      let (pnl, any) = allUnrealizedPnL(account, asset, quotes)
      if any || units != 0 { equity += (units + pnl) * quotes.index[asset] }
    }
    return equity
  }

  /// Units of an asset that the account owns: balance and isolated margins, less what it owes.
  func heldUnits(_ account: Account, _ asset: Int) -> Double {
    var units = account.balances[asset]
    if isMarginAsset[asset] {
      for position in account.positions
      where position.isIsolated && marginAsset[position.instrument.rawValue] == asset {
        units += position.margin
      }
    }
    return units - owed(account, asset)
  }

  /// Σ pnl of all positions booked in an asset, isolated ones too, and whether there are any.
  func allUnrealizedPnL(_ account: Account, _ asset: Int, _ quotes: Quotes) -> (Double, Bool) {
    var (pnl, any) = (0.0, false)
    guard isMarginAsset[asset] else { return (pnl, any) }
    for position in account.positions where marginAsset[position.instrument.rawValue] == asset {
      pnl += unrealizedPnL(position, mark: quotes.marks[position.instrument.rawValue])
      any = true
    }
    return (pnl, any)
  }

  /// Unrealised PnL of the whole account, USD.
  func unrealizedPnLUSD(_ account: Account, _ quotes: Quotes) -> Double {
    var total = 0.0
    for asset in account.balances.indices {
      let (pnl, any) = allUnrealizedPnL(account, asset, quotes)
      if any { total += pnl * quotes.index[asset] }
    }
    return total
  }

  /// Value of a pool of `account`; an isolated pool is named by the place of its position.
  func value(_ pool: PoolPlace, _ account: Account, _ quotes: Quotes) -> PoolValue {
    switch pool {
    case .position(let place): isolatedValue(account.positions[place], quotes)
    case .asset(let asset): crossValue(account, AssetIndex(asset), quotes)
    case .account: accountValue(account, quotes)
    case .loan: loanPoolValue(account, quotes)
    }
  }
}

/// Where a pool stands inside its account.
enum PoolPlace: Hashable {
  /// Place of the isolated position.
  case position(Int)
  /// Margin asset of the cross pool.
  case asset(Int)
  /// The whole multi-asset account.
  case account
  /// The whole loan account, whose "equity" is its collateral and whose "margin" is its debt.
  case loan
}
