public import Market

/// Compiles the triggers of an account to lines over the factors that no reference slack undercuts within a
/// box.
///
/// **Why a line is enough.** In factors every trigger's slack is concave: brackets are a maximum of lines
/// subtracted, haircuts and the bid and ask pair a minimum of lines added. A concave function of one affine
/// quantity lies above its chord over the interval that the quantity takes in the box. So each bracket
/// table and each haircut is replaced by its chord, and what remains is one line `K + Σ κ·factor`, exact
/// wherever no kink lies in the box.
///
/// **Why rounding cannot hide a fire.** The reference rounds at every operation, some hundred times at 2⁻⁵³
/// of the terms' sizes. The compiled line gives way by γ = 2⁻⁴⁴ of the same sizes: `K⁻ = K − γ·Σ|terms of
/// K|`, `κ⁻ = κ − γ·Σ|terms of κ|`, factors positive. Whenever the reference's slack is ≤ 0, the line's
/// value is ≤ 0 whatever the order and width in which it is evaluated.
public struct LineCompiler {
  /// How far a line gives way, relative to the sizes of its terms.
  static let outward = 0x1p-44

  /// The compiled lines, `stride` numbers each: the constant, then one coefficient per column.
  public private(set) var lines: [Double] = []
  /// Numbers per line: columns + 1.
  public let stride: Int

  /// By instrument, what settlements that wait could take at most per unit of base, in its margin asset: the
  /// lines give way by it. Empty where none wait.
  public var pending: [Double] = []

  let layout: FactorLayout
  /// The line under construction and the sizes of its terms.
  private var line: [Double]
  private var size: [Double]
  /// A partial sum that a chord is laid over, and the sizes of its terms.
  private var part: [Double]
  private var partSize: [Double]

  /// Makes a compiler for one layout; it keeps its memory from account to account.
  public init(_ layout: FactorLayout) {
    self.layout = layout
    stride = layout.factors.count + 1
    line = [Double](repeating: 0, count: stride)
    size = line
    part = line
    partSize = line
  }

  /// Compiles every trigger of `account` that prices can set off; ``lines`` holds the result.
  ///
  /// - Parameters:
  ///   - account: as it is at the first of the instants.
  ///   - rules: those that hold at all of them.
  ///   - box: bounds of the factors over the instants for which the lines shall serve.
  ///   - start: time of the first of those instants; a pool that is in cooldown then must be so at all of
  ///     them, and is nominated only where its equity may be gone. Nil: nothing is in cooldown.
  ///   - worstRatio: also a line that is ≤ 0 wherever a pool's margin ratio may exceed this; nil for none.
  ///   - ratio: also a line that is ≤ 0 wherever a pool's margin ratio may reach this; nil for none.
  public mutating func compile(
    _ account: borrowing Account, _ rules: Rules, _ box: FactorBox, from start: Timestamp? = nil,
    above worstRatio: Double? = nil, reaching ratio: Double? = nil
  ) {
    lines.removeAll(keepingCapacity: true)
    if account.mode == .loan { return compileLoan(account, rules, box, reaching: [worstRatio, ratio]) }
    if account.mode == .multiAsset {
      compileThresholds(account, rules)
      compileLoanToValue(account, rules)
    }
    if account.positions.isEmpty { return }
    compileStopLoss(account, rules)
    let fraction = rules.venue.liquidation.lossFraction
    let asleep = sleepers(account, rules, at: start)
    compilePools(account, rules, box, equityWeight: 1, isolatedToo: fraction == nil, asleep: asleep)
    if let fraction { compileLossFractions(account, rules, fraction, asleep: asleep) }
    let topUp = account.behaviour.topUp.flatMap { account.topUps < $0.times ? $0.atRatio : nil }
    for weight in [topUp, worstRatio, ratio] {
      guard let weight else { continue }
      compilePools(account, rules, box, equityWeight: weight)
    }
  }

  /// Compiles lines that are ≤ 0 wherever a pool's margin ratio may reach `ratio`, and no others; none for an
  /// account without a pool.
  public mutating func compileRatio(
    _ account: borrowing Account, _ rules: Rules, _ box: FactorBox, reaching ratio: Double
  ) {
    lines.removeAll(keepingCapacity: true)
    if account.mode == .loan { return compileRatioOfLoan(account, rules, box, ratio) }
    if account.positions.isEmpty { return }
    compilePools(account, rules, box, equityWeight: ratio)
  }

  /// The pools whose margin test sleeps at a time; none without a time.
  private func sleepers(_ account: Account, _ rules: Rules, at time: Timestamp?) -> Set<PoolPlace> {
    guard let time, account.nextWaking(after: time) != nil else { return [] }
    return Set(rules.pools(account).filter { rules.isCoolingDown($0, account, time) })
  }

  // MARK: Triggers

  /// `weight·equity − mm` of every pool: the margin test at weight 1, a ratio of at least `weight` else.
  /// A sleeping pool wakes at equity 0: its line leaves the maintenance margin out.
  private mutating func compilePools(
    _ account: Account, _ rules: Rules, _ box: FactorBox, equityWeight weight: Double,
    isolatedToo: Bool = true, asleep: Set<PoolPlace> = []
  ) {
    if account.mode == .multiAsset {
      compileAccountPool(account, rules, box, weight, isAsleep: asleep.contains(.account))
      return
    }
    for (place, position) in account.positions.enumerated() where isolatedToo && position.isIsolated {
      begin()
      add(weight * position.margin)
      addPnL(position, weight)
      if !asleep.contains(.position(place)) { subtractMaintenance(position, rules, box, inUSD: false) }
      finish()
    }
    for asset in account.balances.indices where rules.hasPositions(account, asset) {
      begin()
      add(weight * account.balances[asset])
      for position in account.positions
      where !position.isIsolated && rules.marginAsset[position.instrument.rawValue] == asset {
        addPnL(position, weight)
        if !asleep.contains(.asset(asset)) { subtractMaintenance(position, rules, box, inUSD: false) }
      }
      finish()
    }
  }

  /// `weight·Σ collateral − Σ mm·I·(1 + ask)`, USD.
  private mutating func compileAccountPool(
    _ account: Account, _ rules: Rules, _ box: FactorBox, _ weight: Double, isAsleep: Bool
  ) {
    begin()
    for asset in account.balances.indices {
      beginPart()
      addPart(account.balances[asset], layout.index[asset])
      for position in account.positions where rules.marginAsset[position.instrument.rawValue] == asset {
        addPartPnLUSD(position, asset)
      }
      addCollateralChord(rules, asset, box, weight)
    }
    for position in account.positions where !isAsleep {
      subtractMaintenance(position, rules, box, inUSD: true)
    }
    finish()
  }

  /// `f·margin + pnl` of every isolated position; of a sleeping one its equity.
  private mutating func compileLossFractions(
    _ account: Account, _ rules: Rules, _ fraction: Double, asleep: Set<PoolPlace>
  ) {
    for (place, position) in account.positions.enumerated() where position.isIsolated {
      begin()
      add((asleep.contains(.position(place)) ? 1 : fraction) * position.margin)
      addPnL(position, 1)
      finish()
    }
  }

  /// `gross equity − (start + top-ups + transfers)·(1 − s)`, USD.
  private mutating func compileStopLoss(_ account: Account, _ rules: Rules) {
    guard let share = account.behaviour.stopLoss, !account.stopLossFired else { return }
    begin()
    add(-rules.paidIn(account) * (1 - share))
    beginPart()
    for asset in account.balances.indices {
      addPart(account.balances[asset], layout.index[asset])
    }
    for position in account.positions {
      let asset = rules.marginAsset[position.instrument.rawValue]
      if position.isIsolated { addPart(position.margin, layout.index[asset]) }
      addPartPnLUSD(position, asset)
    }
    addPartTimes(1)
    finish()
  }

  /// A line that is never above 0 where a balance is below its threshold and another can be sold: no price
  /// sets this off, and the next test ends it.
  private mutating func compileThresholds(_ account: Account, _ rules: Rules) {
    guard account.balances.contains(where: { $0 > 0 }),
      account.balances.indices.contains(where: { rules.isBelowThreshold(account, $0) })
    else { return }
    begin()
    add(-1)
    finish()
  }

  /// `limit·Σ positive − Σ negative` of the wallet balances at auto-exchange rates, USD.
  private mutating func compileLoanToValue(_ account: Account, _ rules: Rules) {
    let venue = rules.venue
    guard let limit = venue.autoExchange.ltv, account.balances.contains(where: { $0 < 0 }) else { return }
    if !account.positions.isEmpty {
      if venue.autoExchange.ltvScope == .flat { return }
      // Without anything to sell nothing happens until the account is flat.
      guard account.balances.contains(where: { $0 > 0 }) else { return }
    }
    begin()
    for (asset, balance) in account.balances.enumerated() where balance != 0 {
      let terms = venue.assets[asset]
      beginPart()
      addPart(balance, layout.index[asset])
      if !pending.isEmpty { addPart(-pendingFlow(account, rules, asset), layout.index[asset]) }
      addPartTimes(balance < 0 ? 1 + terms.autoAskBuffer : limit * (1 - terms.autoBidBuffer))
    }
    finish()
  }

  // MARK: Terms

  /// Adds `weight·q·(p − entry)` in the margin asset.
  private mutating func addPnL(_ position: Position, _ weight: Double) {
    guard let column = layout.mark[position.instrument.rawValue] else { return }
    add(-weight * position.quantity * position.entry)
    add(weight * position.quantity, column)
    if !pending.isEmpty { add(-weight * pendingFlow(position)) }
  }

  /// What waiting settlements could take from a position at most, in its margin asset.
  private func pendingFlow(_ position: Position) -> Double {
    pending.isEmpty ? 0 : abs(position.quantity) * pending[position.instrument.rawValue]
  }

  /// What waiting settlements could take from, or bring to, an asset's balance at most.
  private func pendingFlow(_ account: Account, _ rules: Rules, _ asset: Int) -> Double {
    account.positions.reduce(0) { sum, position in
      let isOfAsset = !position.isIsolated && rules.marginAsset[position.instrument.rawValue] == asset
      return isOfAsset ? sum + pendingFlow(position) : sum
    }
  }

  /// Whether the triggers stay what they are while settlements wait: no balance changes its sign or falls
  /// below its threshold.
  public func mayWait(_ account: borrowing Account, _ rules: Rules) -> Bool {
    if account.mode != .multiAsset { return true }
    return account.balances.indices.allSatisfy { asset in
      let flow = pendingFlow(account, rules, asset)
      if flow == 0 { return true }
      // Twice the flow, so that no rounding counts.
      let balance = account.balances[asset]
      let reach = balance - 2 * flow...balance + 2 * flow
      let threshold = rules.venue.assets[asset].autoThreshold?[account.userLevel.rawValue] ?? 0
      return !reach.contains(0) && !reach.contains(threshold)
    }
  }

  /// Subtracts the chord of the maintenance margin over the notionals in the box.
  private mutating func subtractMaintenance(
    _ position: Position, _ rules: Rules, _ box: FactorBox, inUSD: Bool
  ) {
    let instrument = position.instrument.rawValue
    guard let mark = layout.mark[instrument],
      let markUSD = layout.markUSD[instrument] ?? layout.mark[instrument]
    else { return }
    let quantity = abs(position.quantity)
    let chord = rules.maintenanceChord(
      instrument, from: quantity * box.low[mark], to: quantity * box.high[mark])
    guard inUSD else {
      add(-chord.slope * quantity, mark)
      add(-chord.constant, sized: chord.size)
      return
    }
    let asset = rules.marginAsset[instrument]
    let markUp = 1 + rules.venue.assets[asset].askBuffer
    add(-chord.slope * quantity * markUp, markUSD)
    if let index = layout.index[asset] {
      add(-chord.constant * markUp, sized: chord.size * markUp, column: index)
    } else {
      add(-chord.constant * markUp, sized: chord.size * markUp)
    }
  }

  /// Adds `weight` times the chord of an asset's collateral value over the values that the part takes in
  /// the box.
  private mutating func addCollateralChord(_ rules: Rules, _ asset: Int, _ box: FactorBox, _ weight: Double) {
    if !partSize.contains(where: { $0 != 0 }) { return }
    let (low, high) = partRange(box)
    let (atLow, atHigh) = (rules.collateralValue(low, asset), rules.collateralValue(high, asset))
    let terms = rules.venue.assets[asset]
    let flattest = terms.tiers.last?.rate ?? (1 - terms.bidBuffer)
    var slope = high > low ? (atHigh - atLow) / (high - low) : flattest
    slope = min(max(slope, flattest), 1 + terms.askBuffer)
    // The reference's value may lie beside the interval by its rounding, where the steepest line holds.
    addPartTimes(weight * slope, sized: abs(weight) * (1 + terms.askBuffer))
    add(weight * (atLow - slope * low), sized: abs(weight) * (abs(atLow) + abs(slope * low)))
  }

  mutating func add(_ constant: Double) { add(constant, sized: abs(constant)) }

  mutating func add(_ constant: Double, sized: Double) {
    line[0] += constant
    size[0] += sized
  }

  mutating func add(_ coefficient: Double, _ column: Int) {
    add(coefficient, sized: abs(coefficient), column: column)
  }

  mutating func add(_ coefficient: Double, sized: Double, column: Int) {
    line[column + 1] += coefficient
    size[column + 1] += sized
  }

  // MARK: Parts

  mutating func beginPart() {
    for place in part.indices {
      part[place] = 0
      partSize[place] = 0
    }
  }

  /// Adds units of an asset to the part: a coefficient of its index price, a constant where that is always 1.
  mutating func addPart(_ units: Double, _ column: Int?) {
    let place = column.map { $0 + 1 } ?? 0
    part[place] += units
    partSize[place] += abs(units)
  }

  /// Adds `q·(p − entry)·I` to the part.
  private mutating func addPartPnLUSD(_ position: Position, _ asset: Int) {
    guard let column = layout.markUSD[position.instrument.rawValue] else { return }
    part[column + 1] += position.quantity
    partSize[column + 1] += abs(position.quantity)
    addPart(-position.quantity * position.entry, layout.index[asset])
    if !pending.isEmpty { addPart(-pendingFlow(position), layout.index[asset]) }
  }

  mutating func addPartTimes(_ factor: Double) { addPartTimes(factor, sized: abs(factor)) }

  mutating func addPartTimes(_ factor: Double, sized: Double) {
    for place in part.indices {
      line[place] += factor * part[place]
      size[place] += sized * partSize[place]
    }
  }

  /// Lowest and highest value of the part over the box.
  func partRange(_ box: FactorBox) -> (Double, Double) {
    var (low, high) = (part[0], part[0])
    for column in box.low.indices {
      let coefficient = part[column + 1]
      low += coefficient * (coefficient >= 0 ? box.low[column] : box.high[column])
      high += coefficient * (coefficient >= 0 ? box.high[column] : box.low[column])
    }
    return (low, high)
  }

  // MARK: Lines

  mutating func begin() {
    for place in line.indices {
      line[place] = 0
      size[place] = 0
    }
  }

  mutating func finish() {
    for place in line.indices { lines.append(line[place] - Self.outward * size[place]) }
  }
}
