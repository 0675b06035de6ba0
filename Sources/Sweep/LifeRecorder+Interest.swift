internal import Engine
internal import Margin
internal import Market
internal import Report

/// Interest that fell due again and again with nothing else between.
struct InterestRun {
  /// How often it fell due: all debts together count once.
  var count = 0
  /// The first and the last time.
  var (first, last): (Timestamp, Timestamp)
  /// Units charged by asset.
  var charged: [AssetIndex: Double] = [:]
  /// Units of it that were paid from the balance of their own asset at once.
  var paid: [AssetIndex: Double] = [:]
  /// What was charged, USD at the index prices of its time.
  var usd = 0.0
  /// Ratio before the first; nil where that is not known.
  var ratioBefore: Double?
  /// Ratio after the last.
  var ratioAfter: Double?
  /// The account after the last.
  var after: Account
}

extension LifeRecorder {
  /// Takes the interest that fell due at a moment; runs of it become one event. Sales that paid for it follow
  /// as events of their own.
  ///
  /// - Parameter borrowed: what the owner borrowed at the same moment.
  mutating func interest(_ moment: AccountMoment, borrowed: (asset: AssetIndex, units: Double)? = nil) {
    var (flows, sales): ([FlowRecord], [Conversion]) = ([], [])
    for entry in moment.entries {
      switch entry {
      case .flow(let flow) where flow.flow == .interest: flows.append(flow)
      case .conversion(let sale): sales.append(sale)
      default: continue
      }
    }
    if let first = flows.first {
      var run =
        interestRun
        ?? InterestRun(
          first: first.time, last: first.time,
          ratioBefore: borrowed == nil ? loanRatio(moment.before, moment) : nil, after: moment.after)
      run.count += 1
      run.last = first.time
      run.after = moment.after
      run.ratioAfter = loanRatio(moment.after, moment)
      for flow in flows {
        run.charged[flow.asset, default: 0] -= flow.units
        run.usd -= flow.units * moment.quotes.index[flow.asset.rawValue]
        let paid = paidFromBalance(flow.asset, moment, sales, borrowed)
        if paid > 0 { run.paid[flow.asset, default: 0] += paid }
      }
      interestRun = run
    }
    for sale in sales { conversion(sale) }
  }

  /// Units of interest that a balance paid at once: what it lost and no sale explains.
  private func paidFromBalance(
    _ asset: AssetIndex, _ moment: AccountMoment, _ sales: [Conversion],
    _ borrowed: (asset: AssetIndex, units: Double)?
  ) -> Double {
    let place = asset.rawValue
    var start = moment.before.balances[place]
    if let borrowed, borrowed.asset == asset { start += borrowed.units }
    let sold = sales.reduce(0) { $1.soldAsset == asset ? $0 + $1.soldUnits : $0 }
    let paid = start - moment.after.balances[place] - sold
    // A difference of balances is exact to their last digit.
    return paid > 1e-12 * max(1, start) ? paid : 0
  }

  private func loanRatio(_ account: Account, _ moment: AccountMoment) -> Double? {
    moment.rules.poolStates(account, moment.quotes).first?.value.ratio
  }

  /// The event of a run of interest.
  func event(_ run: InterestRun) -> Event {
    let assets = run.charged.keys.sorted()
    func list(_ units: [AssetIndex: Double]) -> String {
      assets.filter { units[$0] != nil }.map { write.units(units[$0] ?? 0, $0) }.joined(separator: ", ")
    }
    func members(_ units: [AssetIndex: Double]) -> JSONValue {
      .object(assets.filter { units[$0] != nil }.map { (write.asset($0), .number(units[$0] ?? 0)) })
    }
    var line = "interest of \(list(run.charged))"
    if run.count > 1 { line = "\(run.count) times until \(Explanation.short(run.last)): " + line }
    if !run.paid.isEmpty { line += ", \(list(run.paid)) of it paid from the balance" }
    line += "; then owes \(write.debts(run.after) ?? "nothing")"
    return Event(
      time: run.first, kind: .interest, lines: [line], changeUSD: -run.usd, ratioBefore: run.ratioBefore,
      ratioAfter: run.ratioAfter,
      details: [
        ("count", .integer(run.count)), ("until", .text(run.last.description)),
        ("charged", members(run.charged)), ("paid", members(run.paid)),
        ("debts", write.debtMembers(run.after)),
      ])
  }
}
