import Market

/// Finds funding settlements in messages that tell the rate of the next one.
///
/// A message names the moment of the next settlement and its rate so far. The rate that is settled is the
/// last one told for that moment. Venues still tell it shortly after the moment, so the first message from
/// the moment on decides; without one the settlement is taken as it was known, some seconds later.
struct FundingWatch {
  /// A settlement.
  struct Settlement {
    /// When, in ns since the epoch.
    var time: Int64
    /// Fraction of notional.
    var rate: ExactDecimal
    /// Where the rate stands.
    var line: Int
    var column: Int
  }

  /// How long after the moment a message is waited for, in ns; less where records may be late by less.
  static let longestWait: Int64 = 5_000_000_000

  private let wait: Int64
  private var next: Settlement?
  private var lastSettled = Int64.min

  /// `window` is by how much records may be late, in ns.
  init(window: Int64) { wait = min(Self.longestWait, window / 2) }

  /// Takes a message of `time` that names the next settlement; the settlement that it decides, if it does.
  mutating func update(_ time: Int64, _ named: Settlement) -> Settlement? {
    var settled: Settlement?
    if let next, named.time > next.time, time >= next.time {
      settled = next
    }
    next = named.time > lastSettled ? named : nil
    if settled == nil, let next, time >= next.time { settled = next }
    return settle(settled)
  }

  /// Takes note that the time has come to `time`; the settlement that is waited for no longer, if there is
  /// one.
  mutating func pass(_ time: Int64) -> Settlement? {
    guard let next, time >= next.time, time - next.time >= wait else { return nil }
    return settle(next)
  }

  private mutating func settle(_ settlement: Settlement?) -> Settlement? {
    guard let settlement, settlement.time > lastSettled else { return nil }
    lastSettled = settlement.time
    if next?.time == settlement.time { next = nil }
    return settlement
  }
}
