internal import Kernels
public import Market
internal import Platform

/// Several tick files read as one, in time order: ticks of equal time come in the order of the files, within
/// one file in the order of its records. Memory holds one block of every file and two chunks.
///
/// What the blocks under way hold together, up to the first end of one of them, is put into order at once
/// (`RunMerge` of `Kernels`); only what is left there is taken run by run.
///
/// A series that stands in several files is one series of the merge, and all of its records are kept: two
/// files that overlap give their common records twice, side by side.
public struct MergedTicks {
  /// Most ticks of one chunk.
  public static let ticksPerChunk = 65_536

  /// The series of all files, in the order of the files, each once.
  public let series: [SeriesKey]
  /// The last unflagged price of each series before the window, nil where there is none or no window.
  public private(set) var carriedIn: [Double?]

  private var inputs: [MergeInput]
  private let columns: TickColumnSet
  private let end: Int64?
  /// Ticks of the blocks under way that are put into order, file after file.
  private var stretch = TickColumns()
  private var order = RunMerge()

  /// Starts a merge.
  ///
  /// - Parameters:
  ///   - readers: The files, in the order that decides ties.
  ///   - columns: What the chunks shall hold; times are always decoded, but only handed out when asked for.
  ///   - window: Only ticks from the lower bound on and before the upper bound; nil for all.
  ///   - threads: How many blocks of a file are decoded side by side, and held.
  /// - Throws: `CorruptDataError` where a block at the window's start is damaged.
  public init(
    readers: [TickFileReader], columns: TickColumnSet, window: Range<Timestamp>? = nil, threads: Int = 1
  ) throws {
    self.columns = columns
    end = window?.upperBound.nanoseconds
    var numbers: [SeriesKey: Int] = [:]
    var series: [SeriesKey] = []
    var inputs: [MergeInput] = []
    for reader in readers {
      let map = reader.series.map { key in
        if let number = numbers[key] { return number }
        numbers[key] = series.count
        series.append(key)
        return series.count - 1
      }
      inputs.append(
        MergeInput(
          reader: reader, numbers: map, columns: columns, end: window?.upperBound.nanoseconds,
          threads: threads))
    }
    guard series.count <= TickFormat.maximumSeries else {
      throw RunError(
        "\(series.count) series in \(readers.count) tick files, at most \(TickFormat.maximumSeries) fit")
    }
    self.series = series
    var carried = [CarriedPrice?](repeating: nil, count: series.count)
    for index in inputs.indices {
      if let window {
        try inputs[index].skip(before: window.lowerBound.nanoseconds, carried: &carried)
      } else {
        try inputs[index].loadNext()
      }
    }
    self.inputs = inputs
    carriedIn = window == nil ? carried.map { _ in nil } : carried.map { $0?.value }
  }

  /// The next ticks, at most ``ticksPerChunk``.
  ///
  /// - Returns: Whether there were any; false means the end.
  /// - Throws: `CorruptDataError` where a block is damaged.
  public mutating func next(into out: inout TickColumns) throws -> Bool {
    out.clear(columns)
    if inputs.count == 1, let whole = try inputs[0].handOver(before: end, columns, into: &out) {
      return whole
    }
    while out.count < Self.ticksPerChunk {
      // A chunk that is half full is enough: less room would only cut stretches.
      if inputs.count > 1, out.count <= Self.ticksPerChunk / 2 {
        if try appendStretch(to: &out) { continue }
      }
      guard let (source, stop) = nextRun() else { break }
      let room = Self.ticksPerChunk - out.count
      let run = inputs[source].run(until: stop, atMost: room)
      out.append(inputs[source].current, run, numbers: inputs[source].numbers, columns)
      try inputs[source].advance(to: run.upperBound)
    }
    return out.count > 0
  }

  /// Appends the ticks of all files that come before the first end of a block under way.
  ///
  /// - Returns: whether there are any.
  private mutating func appendStretch(to out: inout TickColumns) throws -> Bool {
    let runs = commonRuns(atMost: Self.ticksPerChunk - out.count)
    let sources = runs.indices.filter { !runs[$0].isEmpty }
    guard let first = sources.first else { return false }
    if sources.count == 1 {
      out.append(inputs[first].current, runs[first], numbers: inputs[first].numbers, columns)
    } else {
      stretch.clear(columns.union(.times))
      var ends: [Int] = []
      for source in sources {
        let input = inputs[source]
        stretch.append(input.current, runs[source], numbers: input.numbers, columns.union(.times))
        ends.append(stretch.count)
      }
      order.merge(stretch.times, ends: ends)
      out.append(stretch, order, columns)
    }
    for source in sources { try inputs[source].advance(to: runs[source].upperBound) }
    return true
  }

  /// By file, the ticks that come before the last one of every block under way, at most `room` in all.
  private func commonRuns(atMost room: Int) -> [Range<Int>] {
    var stop = end ?? .max
    for input in inputs {
      if let last = input.lastTime { stop = min(stop, last) }
    }
    let runs = inputs.map { $0.run(until: stop) }
    if runs.reduce(0, { $0 + $1.count }) <= room { return runs }
    // An even share of each cannot be too many.
    let share = room / inputs.count
    for (input, run) in zip(inputs, runs) where run.count > share {
      stop = min(stop, input.current.times[run.lowerBound + share])
    }
    return inputs.map { $0.run(until: stop) }
  }

  /// The file with the earliest tick, and the time before which all of its ticks come first.
  private func nextRun() -> (source: Int, stop: Int64?)? {
    var best: (source: Int, time: Int64)?
    var stop = end
    for (source, input) in inputs.enumerated() {
      guard let time = input.time, end.map({ time < $0 }) ?? true else { continue }
      guard let leader = best else {
        best = (source, time)
        continue
      }
      if time < leader.time {
        // The former leader is the earlier file: at equal times it comes first again.
        stop = min(stop ?? leader.time, leader.time)
        best = (source, time)
      } else {
        // A later file comes after all ticks of this one that have its time.
        let (after, overflow) = time.addingReportingOverflow(1)
        if !overflow { stop = min(stop ?? after, after) }
      }
    }
    return best.map { ($0.source, stop) }
  }
}
