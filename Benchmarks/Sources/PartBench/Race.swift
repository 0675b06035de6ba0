import Platform

/// One way to do the work of a race.
struct Runner {
  /// What the table calls it.
  var name: String
  /// The instruction set whose bounds it is held against; nil for none.
  var level: KernelLevel?
  /// Does the whole work of a turn once.
  var run: () -> Void
}

/// What no runner of a level can beat: the time that the machine needs for a part of the work alone.
struct Bound {
  /// What it is limited by, such as `read`.
  var name: String
  var level: KernelLevel
  var run: () -> Void
}

/// Runners that do the same work, taken in turn in one process.
struct Race {
  /// What the work is.
  var title: String
  /// What the work is counted in, such as `tick`.
  var unit: String
  /// How many of them a turn has.
  var units: Int
  /// The first one is what the others are compared with.
  var runners: [Runner]
  var bounds: [Bound] = []
  /// Bytes that a turn writes, where that is what counts.
  var bytes: Int?

  /// A runner's median time, its ratio to the first runner, and its shares of the bounds of its level.
  struct Row {
    var name: String
    /// Nanoseconds of thread time for each unit.
    var time: Double
    var ratio: Double
    var shares: [(bound: String, share: Double)]
  }

  /// Runs all in turn, `rounds` times.
  func run(rounds: Int) -> [Row] {
    let works = runners.map(\.run) + bounds.map(\.run)
    var times = [[Double]](repeating: [], count: works.count)
    for work in works { work() }
    // A turn takes long enough for the clock to be told apart from the work.
    let repeats = works.map { work -> Int in
      let once = Self.time(work, 1)
      return max(1, Int(3e6 / max(once, 1)))
    }
    for _ in 0..<rounds {
      for number in works.indices {
        times[number].append(Self.time(works[number], repeats[number]) / Double(repeats[number]))
      }
    }
    let medians = times.map { $0.sorted()[$0.count / 2] }
    return runners.indices.map { number in
      let shares = bounds.indices.filter { bounds[$0].level == runners[number].level }.map { bound in
        (bounds[bound].name, medians[runners.count + bound] / medians[number])
      }
      return Row(
        name: runners[number].name, time: medians[number] / Double(units),
        ratio: medians[0] / medians[number], shares: shares)
    }
  }

  private static func time(_ work: () -> Void, _ repeats: Int) -> Double {
    let start = Clocks.threadNanoseconds()
    for _ in 0..<repeats { work() }
    return Double(Clocks.threadNanoseconds() - start)
  }
}

/// Numbers that must not be optimised away end here.
enum Sink {
  nonisolated(unsafe) private static var sum: UInt64 = 0
  // Safe: the benchmarks run on one thread.
  @inline(never) static func take(_ value: UInt64) { unsafe sum &+= value }
  @inline(never) static func take(_ value: Double) { unsafe sum &+= value.bitPattern }
  static var isZero: Bool { unsafe sum == 0 }
}
