internal import Market

extension Rules {
  /// The mark at which the pool of the position at `place` meets its liquidation trigger, everything else
  /// at its mark: the positive root of the pool's slack that is nearest to the mark, nil where there is
  /// none.
  ///
  /// In margin asset per unit of the base. Both legs of a hedge in one pool move together and share it.
  /// Multi-asset: the index of the base moves in proportion to the mark. The venue's `loss_fraction`
  /// replaces the margin test of an isolated position.
  ///
  /// Source: Binance, liquidation price of USDⓈ-M futures: (WB − TMM + UPNL + cum − s·Q·EP) / (Q·r − s·Q),
  /// and the same for two legs; the bracket is the one that holds the notional at that price.
  public func liquidationPrice(ofPositionAt place: Int, _ account: Account, _ quotes: Quotes) -> Double? {
    let position = account.positions[place]
    let mark = quotes.marks[position.instrument.rawValue]
    if position.isIsolated, let fraction = venue.liquidation.lossFraction {
      var curve = PriceCurve()
      curve.line += pnlLine(position)
      curve.line.constant += fraction * position.margin
      return curve.nearestRoot(to: mark)
    }
    return slack(ofPoolOf: place, account, quotes, isBankruptcy: false).nearestRoot(to: mark)
  }

  /// The mark at which nothing is left of the pool of the position at `place`: as the liquidation price,
  /// with the pool's value at auto-exchange rates (multi-asset) and without maintenance margin.
  public func bankruptcyPrice(ofPositionAt place: Int, _ account: Account, _ quotes: Quotes) -> Double? {
    let mark = quotes.marks[account.positions[place].instrument.rawValue]
    return slack(ofPoolOf: place, account, quotes, isBankruptcy: true).nearestRoot(to: mark)
  }

  /// Unrealised PnL over the position's own mark.
  private func pnlLine(_ position: Position) -> PriceLine {
    PriceLine(constant: -position.quantity * position.entry, slope: position.quantity)
  }

  /// Takes the maintenance margin of a position off a curve over its own mark: the largest of lines, in
  /// `unit`.
  private func subtractMargin(of position: Position, unit: Double, from curve: inout PriceCurve) {
    let rows = bracketStart[position.instrument.rawValue]..<bracketStart[position.instrument.rawValue + 1]
    let lines = rows.map {
      PriceLine(constant: bracketAmount[$0], slope: -abs(position.quantity) * bracketRate[$0]).scaled(unit)
    }
    curve.add(leastOf: lines + [PriceLine()])
  }

  /// Equity less maintenance margin of a position's pool, over the mark of its instrument.
  private func slack(
    ofPoolOf place: Int, _ account: Account, _ quotes: Quotes, isBankruptcy: Bool
  ) -> PriceCurve {
    let moving = account.positions[place]
    if account.mode == .multiAsset {
      return accountSlack(over: moving.instrument, account, quotes, isBankruptcy: isBankruptcy)
    }
    var curve = PriceCurve()
    if moving.isIsolated {
      curve.line.constant = moving.margin
      curve.line += pnlLine(moving)
      if !isBankruptcy { subtractMargin(of: moving, unit: 1, from: &curve) }
      return curve
    }
    let asset = marginAsset[moving.instrument.rawValue]
    curve.line.constant = account.balances[asset]
    for position in account.positions
    where !position.isIsolated && marginAsset[position.instrument.rawValue] == asset {
      if position.instrument == moving.instrument {
        curve.line += pnlLine(position)
        if !isBankruptcy { subtractMargin(of: position, unit: 1, from: &curve) }
        continue
      }
      let mark = quotes.marks[position.instrument.rawValue]
      curve.line.constant += unrealizedPnL(position, mark: mark)
      if !isBankruptcy { curve.line.constant -= maintenanceMargin(position, mark: mark) }
    }
    return curve
  }

  /// The same for a multi-asset account, in USD.
  private func accountSlack(
    over instrument: InstrumentIndex, _ account: Account, _ quotes: Quotes, isBankruptcy: Bool
  ) -> PriceCurve {
    var curve = PriceCurve()
    let mark = quotes.marks[instrument.rawValue]
    let base = venue.instruments[instrument.rawValue].base?.rawValue
    for asset in account.balances.indices {
      var units = PriceLine(constant: account.balances[asset])
      for position in account.positions where marginAsset[position.instrument.rawValue] == asset {
        if position.instrument == instrument {
          units += pnlLine(position)
        } else {
          units.constant += unrealizedPnL(position, mark: quotes.marks[position.instrument.rawValue])
        }
      }
      if units == PriceLine() { continue }
      let index = quotes.index[asset]
      // The margin asset of a linear contract is never its base, so nothing here is a product of two prices.
      let value =
        asset == base ? PriceLine(slope: units.constant * index / mark) : units.scaled(index)
      curve.add(leastOf: isBankruptcy ? conversionLines(value, asset) : collateralLines(value, asset))
    }
    if isBankruptcy { return curve }
    for position in account.positions {
      let asset = marginAsset[position.instrument.rawValue]
      let unit = quotes.index[asset] * (1 + venue.assets[asset].askBuffer)
      if position.instrument == instrument {
        subtractMargin(of: position, unit: unit, from: &curve)
        continue
      }
      let margin = maintenanceMargin(position, mark: quotes.marks[position.instrument.rawValue]) * unit
      curve.line += asset == base ? PriceLine(slope: -margin / mark) : PriceLine(constant: -margin)
    }
    return curve
  }

  /// The lines of which ``collateralValue(_:_:)`` is the least.
  private func collateralLines(_ value: PriceLine, _ asset: Int) -> [PriceLine] {
    let terms = venue.assets[asset]
    let marked = value.scaled(1 + terms.askBuffer)
    if terms.tiers.isEmpty { return [value.scaled(1 - terms.bidBuffer), marked] }
    return [marked]
      + terms.tiers.map { tier in
        var line = value.scaled(tier.rate)
        line.constant += tier.amount
        return line
      }
  }

  /// The lines of which ``conversionValue(_:_:)`` is the least.
  private func conversionLines(_ value: PriceLine, _ asset: Int) -> [PriceLine] {
    let terms = venue.assets[asset]
    return [value.scaled(1 - terms.autoBidBuffer), value.scaled(1 + terms.autoAskBuffer)]
  }
}
