internal import Market

/// Which position is closed, and how much of it.
struct ClosingOrder {
  /// Place of the position in the account.
  var place: Int
  /// Whole lots to close, at most what is open.
  var lots: UInt64
}

/// A closing after its PnL is realised and before its fee is paid.
private struct Closing {
  var place: Int
  var instrument: InstrumentIndex
  var side: Side
  var quantity: Double
  var mark: Double
  var price: Double
  var realizedPnL: Double
  var isWhole: Bool
}

extension Rules {
  /// Closes quantities of one pool at `mark·(1 ∓ slippage)`: all PnL first, then the fees in closing order,
  /// each at most what brings the pool's equity to 0.
  func close(
    _ orders: [ClosingOrder], _ pool: PoolPlace, _ account: inout Account, _ cause: LiquidationCause,
    _ quotes: Quotes, _ journal: inout Journal
  ) {
    let ratioBefore = value(pool, account, quotes).ratio
    var closings: [Closing] = []
    closings.reserveCapacity(orders.count)
    for order in orders { closings.append(realize(order, &account, quotes, &journal)) }
    for closing in closings {
      let fee = payFee(closing, pool, &account, cause, quotes, &journal)
      append(closing, pool, &account, cause, fee, ratioBefore, quotes, &journal)
    }
    if case .position = pool { return }
    account.positions.removeAll { $0.lots == 0 }
  }

  /// Realises the PnL of a closing into the pool and shrinks the position, to 0 lots where it is closed.
  private func realize(
    _ order: ClosingOrder, _ account: inout Account, _ quotes: Quotes, _ journal: inout Journal
  ) -> Closing {
    let position = account.positions[order.place]
    let lot = venue.instruments[position.instrument.rawValue].lot
    let lots = Int64(order.lots)
    let mark = quotes.marks[position.instrument.rawValue]
    let price = closingPrice(position, mark: mark)
    let quantity = Position.quantity(lots: lots, lot: lot)
    let realized = realizedPnL(position, quantity, price: price)
    let asset = marginAsset[position.instrument.rawValue]
    credit(
      &account, realized, of: asset, to: position.isIsolated ? .margin(order.place) : .balance,
      as: .realizedPnL, quotes, &journal)
    account.tally.slippage += quantity * abs(mark - price) * quotes.index[asset]
    account.positions[order.place].resize(
      lots: position.isLong ? position.lots - lots : position.lots + lots, lot: lot)
    return Closing(
      place: order.place, instrument: position.instrument, side: position.isLong ? .long : .short,
      quantity: quantity, mark: mark, price: price, realizedPnL: realized,
      isWhole: lots == position.lots.magnitude)
  }

  /// Charges `price·x·(liquidation fee + taker fee)`, capped; a stop-loss pays the taker fee alone.
  ///
  /// - Returns: the fee in the margin asset.
  private func payFee(
    _ closing: Closing, _ pool: PoolPlace, _ account: inout Account, _ cause: LiquidationCause,
    _ quotes: Quotes, _ journal: inout Journal
  ) -> Double {
    let terms = venue.instruments[closing.instrument.rawValue]
    let asset = terms.marginAsset.rawValue
    let uncapped = closing.price * closing.quantity * feeRate(closing.instrument, cause)
    let fee = min(uncapped, largestFee(pool, account, asset, quotes))
    let purse: Purse = if case .position(let place) = pool { .margin(place) } else { .balance }
    if fee != 0 { credit(&account, -fee, of: asset, to: purse, as: .fee, quotes, &journal) }
    return fee
  }

  /// The price at which a position is closed: `mark·(1 ∓ slippage)`.
  func closingPrice(_ position: Position, mark: Double) -> Double {
    position.isLong ? mark * (1 - slippage) : mark * (1 + slippage)
  }

  /// What closing `quantity` units of a position realises at `price`, in its margin asset, before the fee.
  func realizedPnL(_ position: Position, _ quantity: Double, price: Double) -> Double {
    (position.isLong ? quantity : -quantity) * (price - position.entry)
  }

  /// The fee of a closing as a share of its value: clearance and taker fee, of a stop-loss the taker fee.
  func feeRate(_ instrument: InstrumentIndex, _ cause: LiquidationCause) -> Double {
    let terms = venue.instruments[instrument.rawValue]
    return cause == .stopLoss ? terms.takerFee : terms.liquidationFee + terms.takerFee
  }

  /// The fee in `asset` that brings the pool's equity (multi-asset: at auto-exchange rates) to 0, never
  /// below 0.
  func largestFee(_ pool: PoolPlace, _ account: Account, _ asset: Int, _ quotes: Quotes) -> Double {
    guard pool == .account else { return max(0, value(pool, account, quotes).equity) }
    let worth = bankruptcyValue(account, quotes)
    if worth <= 0 { return 0 }
    let held = max(0, account.balances[asset] + unrealizedPnL(account, asset, quotes).0)
    let (index, terms) = (quotes.index[asset], venue.assets[asset])
    let worthHeld = held * index * (1 - terms.autoBidBuffer)
    if worth < worthHeld { return worth / (index * (1 - terms.autoBidBuffer)) }
    return held + (worth - worthHeld) / (index * (1 + terms.autoAskBuffer))
  }

  /// Value of a multi-asset account at auto-exchange rates, USD: what is left for its creditors.
  func bankruptcyValue(_ account: Account, _ quotes: Quotes) -> Double {
    var worth = 0.0
    for asset in account.balances.indices {
      guard let value = assetValue(account, asset, quotes) else { continue }
      worth += conversionValue(value, asset)
    }
    return worth
  }

  /// Writes the row of a closing, in the pool's unit, and counts it.
  private func append(
    _ closing: Closing, _ pool: PoolPlace, _ account: inout Account, _ cause: LiquidationCause,
    _ fee: Double, _ ratioBefore: Double, _ quotes: Quotes, _ journal: inout Journal
  ) {
    let after = value(pool, account, quotes)
    let index = quotes.index[marginAsset[closing.instrument.rawValue]]
    let unit = pool == .account ? index : 1
    let notional = closing.quantity * closing.mark
    let fundFee = fee * fundShare(closing.instrument, cause) * index
    account.tally.rows += 1
    account.tally.fundFees += fundFee
    if cause != .stopLoss {
      account.tally.liquidationSteps += 1
      account.tally.liquidatedNotional += notional * index
      if account.tally.firstLiquidation == nil { account.tally.firstLiquidation = quotes.time }
    }
    let row = LiquidationStep(
      account: account.number, time: quotes.time, step: account.tally.rows, cause: cause,
      pool: name(pool, closing.instrument), subject: .instrument(closing.instrument), side: closing.side,
      quantity: closing.quantity, mark: closing.mark, price: closing.price, notional: notional * unit,
      fee: fee * unit, realizedPnL: closing.realizedPnL * unit, ratioBefore: ratioBefore,
      ratioAfter: after.ratio, equityAfter: after.equity, outcome: closing.isWhole ? .full : .partial,
      notionalUSD: notional * index, fundFeeUSD: fundFee, instant: quotes.number)
    journal.entries.append(.liquidation(row))
  }

  /// The pool as rows name it.
  private func name(_ pool: PoolPlace, _ instrument: InstrumentIndex) -> Pool {
    switch pool {
    case .position: .isolated(instrument)
    case .asset(let asset): .cross(AssetIndex(asset))
    case .account, .loan: .account
    }
  }
}
