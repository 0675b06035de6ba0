public import Market

/// One margin account: what it holds, how its owner behaves, and what has happened to it.
///
/// A plain value. ``Rules`` decides what happens to it; nothing here knows a price.
public struct Account: Sendable {
  /// Its number within the point, counted from 0.
  public var number: Int
  /// What backs its positions.
  public var mode: MarginMode
  /// The level that decides its auto-exchange thresholds.
  public var userLevel: UserLevel
  /// Wallet balance by asset, in units of the asset, without isolated margins and unrealised PnL.
  public var balances: [Double]
  /// What it owes by asset; empty where it has never borrowed.
  public var debts: [Debt] = []
  /// The spot wallet by asset, never touched by a liquidation.
  public var spot: [Double]
  /// Open positions in table order, the long of an instrument before its short.
  public var positions: [Position]
  /// What its owner does by himself.
  public var behaviour: Behaviour
  /// Dated actions, in time order.
  public var actions: [Action]
  /// How many of `actions` have been carried out.
  public var actionsDone = 0
  /// Gross equity at the opening, USD.
  public var startEquity = 0.0
  /// Whether the stop-loss has fired.
  public var stopLossFired = false
  /// Whether the margin call of a loan has been counted and the level has not been above it since.
  public var isCalled = false
  /// The last time at which interest was charged, or something was borrowed, ns since the epoch.
  public var interestUntil: Int64 = .min
  /// Top-ups so far.
  public var topUps = 0
  /// Until when the margin test of a pool sleeps, ns since the epoch: by asset (cross), one entry
  /// (multi-asset); empty where nothing ever slept.
  public var cooldowns: [Int64] = []
  /// What has happened to it in sum.
  public var tally: Tally

  /// Makes an account that has not been opened.
  ///
  /// - Parameters:
  ///   - number: within the point, counted from 0.
  ///   - mode: what backs its positions.
  ///   - userLevel: decides its thresholds.
  ///   - balances: one entry per asset of the venue.
  ///   - debts: one entry per asset of the venue, or none.
  ///   - spot: the spot wallet, one entry per asset, or none.
  ///   - positions: any order; they are put into table order.
  ///   - behaviour: what its owner does by himself.
  ///   - actions: any order; they are put into time order.
  public init(
    number: Int, mode: MarginMode, userLevel: UserLevel = .regular, balances: [Double], debts: [Debt] = [],
    spot: [Double] = [], positions: [Position], behaviour: Behaviour = Behaviour(), actions: [Action] = []
  ) {
    self.number = number
    self.mode = mode
    self.userLevel = userLevel
    self.balances = balances
    self.debts = debts
    self.spot = spot
    self.positions = positions
    self.behaviour = behaviour
    self.actions = Action.inTimeOrder(actions)
    tally = Tally(assets: balances.count)
    putPositionsInOrder()
  }

  /// Makes it an account that has not been opened and holds nothing; its memory is used again.
  ///
  /// - Parameters:
  ///   - number: within the point, counted from 0.
  ///   - mode: what backs its positions.
  ///   - userLevel: decides its thresholds.
  ///   - assets: how many the venue has.
  public mutating func begin(number: Int, mode: MarginMode, userLevel: UserLevel, assets: Int) {
    (self.number, self.mode, self.userLevel) = (number, mode, userLevel)
    balances.reset(to: 0, count: assets)
    debts.removeAll(keepingCapacity: true)
    spot = []
    positions.removeAll(keepingCapacity: true)
    behaviour = Behaviour()
    actions = []
    actionsDone = 0
    startEquity = 0
    stopLossFired = false
    isCalled = false
    interestUntil = .min
    topUps = 0
    cooldowns.removeAll(keepingCapacity: true)
    tally.begin(assets: assets)
  }

  /// Puts the positions into table order, the long of an instrument before its short.
  public mutating func putPositionsInOrder() {
    // They are few and mostly in order. Equals keep theirs.
    for end in positions.indices.dropFirst() {
      var place = end
      while place > 0 && positions[place].comesBefore(positions[place - 1]) {
        positions.swapAt(place, place - 1)
        place -= 1
      }
    }
  }

  /// The first time after `time` at which the margin test of one of its pools wakes; nil where none sleeps.
  @inlinable
  public borrowing func nextWaking(after time: Timestamp) -> Timestamp? {
    var first = Int64.max
    for position in positions where position.cooldownUntil > time.nanoseconds {
      first = min(first, position.cooldownUntil)
    }
    for end in cooldowns where end > time.nanoseconds { first = min(first, end) }
    return first == .max ? nil : Timestamp(nanoseconds: first)
  }

  /// Whether it owes anything.
  public var owes: Bool { debts.contains { $0.total > 0 } }

  /// Whether nothing is open: no positions, no debts.
  public var isFlat: Bool { positions.isEmpty && !owes }

  /// Whether nothing can happen to it any more: nothing open, no negative balance, no action to come.
  public var isSettled: Bool {
    isFlat && actionsDone == actions.count && !balances.contains { $0 < 0 }
  }
}

extension Array {
  /// Makes it `count` times `element`; its memory is used again.
  mutating func reset(to element: Element, count wanted: Int) {
    guard count == wanted else {
      self = [Element](repeating: element, count: wanted)
      return
    }
    for place in indices { self[place] = element }
  }
}

/// What an owner does by himself.
public struct Behaviour: Sendable, Hashable {
  /// Money from outside when a pool gets close to its liquidation.
  public struct TopUp: Sendable, Hashable {
    /// The margin ratio at which it comes.
    public var atRatio: Double
    /// Its size: a share of the start equity, isolated: of the position's present margin.
    public var amount: Double
    /// How often at the most, over all pools.
    public var times: Int
    /// Makes a top-up rule.
    public init(atRatio: Double, amount: Double, times: Int) {
      self.atRatio = atRatio
      self.amount = amount
      self.times = times
    }
  }
  /// Share of start equity and money added whose loss closes everything; nil for none.
  public var stopLoss: Double?
  /// Money from outside; nil for none.
  public var topUp: TopUp?
  /// Makes a behaviour; by default the owner does nothing.
  public init(stopLoss: Double? = nil, topUp: TopUp? = nil) {
    self.stopLoss = stopLoss
    self.topUp = topUp
  }
}

/// Something that an owner does at a given time.
public struct Action: Sendable, Hashable {
  /// What is done.
  public enum Kind: Sendable, Hashable {
    /// Units of `asset` come from outside (negative: go outside, at most what the balance has).
    case transfer(asset: AssetIndex, amount: Double)
    /// Margin moves from the balance to an isolated position (negative: back), at most what is there.
    case addMargin(instrument: InstrumentIndex, amount: Double)
    /// Units of `asset` are borrowed, at most what the venue lends.
    case borrow(asset: AssetIndex, amount: Double)
    /// Units of `asset` are paid back, at most what is owed and what the balance has.
    case repay(asset: AssetIndex, amount: Double)
    /// Another mode for all positions; refused where the venue would.
    case switchMode(MarginMode)
  }
  /// When.
  public var at: Timestamp
  /// What.
  public var kind: Kind
  /// Makes an action.
  public init(at: Timestamp, kind: Kind) {
    self.at = at
    self.kind = kind
  }

  /// The same actions by time; those of one time keep their order.
  public static func inTimeOrder(_ actions: [Action]) -> [Action] {
    actions.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }
}
