/// Counts the steps between neighbouring times and knows the most frequent one, in bounded memory.
struct StepCounter {
  /// The most distinct steps that are kept apart; a table with more has no interval.
  static let mostSteps = 4096

  private var counts: [Int64: Int] = [:]
  // Nearly every step of a table of candles is the same one, so it is counted outside of the dictionary.
  private var common: Int64 = 0
  private var commonCount = 0
  /// Whether there were more distinct steps than are kept.
  private(set) var isIrregular = false

  /// Counts a step in ns; what is not positive is no step.
  mutating func add(_ step: Int64) {
    if step == common {
      commonCount += 1
      return
    }
    guard step > 0 else { return }
    if common == 0 {
      common = step
      commonCount = 1
    } else if counts.count < Self.mostSteps || counts[step] != nil {
      counts[step, default: 0] += 1
    } else {
      isIrregular = true
    }
  }

  /// The most frequent step in ns, of equally frequent ones the shortest; nil without any step or where the
  /// steps are too irregular to tell.
  var mostFrequent: Int64? {
    guard common > 0, !isIrregular else { return nil }
    var best = (step: common, count: commonCount)
    for (step, count) in counts where count > best.count || (count == best.count && step < best.step) {
      best = (step, count)
    }
    return best.step
  }
}
