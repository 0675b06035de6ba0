public import Market

/// Where money of an account stands.
enum Purse {
  /// The wallet balance of the asset.
  case balance
  /// The margin of the isolated position at this place.
  case margin(Int)
  /// What is owed of the asset: a gain pays it, interest first; a loss is interest.
  case debt
}

extension Rules {
  /// The one way money enters or leaves an account: moves the units, revalues the asset, keeps the tallies.
  ///
  /// - Parameters:
  ///   - units: what the account gains (negative: loses), in units of `asset`.
  ///   - purse: where it goes; an isolated position's margin is in its margin asset.
  func credit(
    _ account: inout Account, _ units: Double, of asset: Int, to purse: Purse = .balance, as flow: Flow,
    _ quotes: Quotes, _ journal: inout Journal
  ) {
    revalue(&account, asset, quotes.index[asset])
    switch purse {
    case .balance: account.balances[asset] += units
    case .margin(let place): account.positions[place].margin += units
    case .debt:
      if units >= 0 { account.debts[asset].pay(units) } else { account.debts[asset].interest -= units }
      if !account.owes { account.isCalled = false }
    }
    account.tally.units[asset].netFlow += units
    account.tally.units[asset].absoluteFlow += abs(units)
    account.tally.add(units * quotes.index[asset], flow)
    if journal.keepsFlows {
      journal.entries.append(
        .flow(
          FlowRecord(
            account: account.number, time: quotes.time, flow: flow, asset: AssetIndex(asset), units: units)))
    }
  }

  /// Books the change of an asset's index price since it was last valued on the units held since then.
  func revalue(_ account: inout Account, _ asset: Int, _ index: Double) {
    let units = heldUnits(account, asset)
    if units != 0 { account.tally.revaluation += units * (index - account.tally.units[asset].valuedAt) }
    account.tally.units[asset].valuedAt = index
  }

  /// Funding of one instrument at its settlement: `−q·mark·rate` into the margin asset's balance, isolated:
  /// into the position's margin. Positive rates: longs pay.
  ///
  /// - Returns: whether it has a position in the instrument.
  @discardableResult
  public func settleFunding(
    _ account: inout Account, _ instrument: InstrumentIndex, rate: Double, _ quotes: Quotes,
    _ journal: inout Journal
  ) -> Bool {
    let mark = quotes.marks[instrument.rawValue]
    var isConcerned = false
    for place in account.positions.indices where account.positions[place].instrument == instrument {
      let position = account.positions[place]
      credit(
        &account, -position.quantity * mark * rate, of: marginAsset[instrument.rawValue],
        to: position.isIsolated ? .margin(place) : .balance, as: .funding, quotes, &journal)
      isConcerned = true
    }
    return isConcerned
  }
}

extension Tally {
  /// Adds a flow of `usd` (positive: the account gains) to its total.
  mutating func add(_ usd: Double, _ flow: Flow) {
    switch flow {
    case .realizedPnL: realizedPnL += usd
    case .fee: fees -= usd
    case .funding: funding -= usd
    case .interest: interest -= usd
    case .conversion: conversionCost -= usd
    case .fund: fundPayment += usd
    case .topUp: topUps += usd
    case .action: actions += usd
    }
  }
}
