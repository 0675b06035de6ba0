public import Market
import Platform
import TickFile

/// What was generated.
public struct GenerateSummary: Sendable, Hashable {
  /// One series of the tick file.
  public struct Series: Sendable, Hashable {
    /// Instrument and kind.
    public var key: SeriesKey
    /// Ticks written.
    public var ticks = 0
    /// Lowest price or rate; nil without ticks.
    public var lowest: ExactDecimal?
    /// Highest price or rate; nil without ticks.
    public var highest: ExactDecimal?
  }

  /// The series, in the order of their numbers.
  public var series: [Series] = []
  /// Time of the first tick.
  public var first: Timestamp?
  /// Time of the last tick.
  public var last: Timestamp?
  /// Ticks written.
  public var ticks = 0
}

extension GenerateRequest {
  /// Writes the tick file and tells what is in it.
  ///
  /// `progress` is called now and then with the ticks so far and the share done, 0 to 1; what it throws ends
  /// the work, and no file appears. Throws `InputError` for wrong options and the writer's errors.
  public func run(progress: (Int, Double) throws -> Void = { _, _ in }) throws -> GenerateSummary {
    try validate()
    let writer = try TickFileWriter(path: output, force: force, metadata: metadata)
    var summary = GenerateSummary()
    try generate(
      series: { key in
        let number = try writer.series(key)
        summary.add(key, number)
        return number
      },
      tick: { tick in
        try writer.append(tick)
        summary.add(tick)
        if summary.ticks & 0x3FFFF == 0 { try progress(summary.ticks, shareDone(tick.time, summary.ticks)) }
      })
    _ = try writer.finish()
    return summary
  }

  /// Makes the ticks in time order and hands each one on.
  func generate(series: (SeriesKey) throws -> Int, tick: (Tick) throws -> Void) throws {
    let numbers = try instruments.map { instrument in
      TickGenerator.SeriesNumbers(
        trade: try series(SeriesKey(symbol: instrument.name, kind: .trade)),
        mark: hasMarks ? try series(SeriesKey(symbol: instrument.name, kind: .mark)) : -1,
        funding: hasFunding ? try series(SeriesKey(symbol: instrument.name, kind: .funding)) : -1,
        index: hasIndexes ? try series(SeriesKey(symbol: instrument.name, kind: .index)) : -1)
    }
    let assetNumbers = try assets.map { asset in
      TickGenerator.SeriesNumbers(index: try series(SeriesKey(symbol: asset.name, kind: .index)))
    }
    var generator = try TickGenerator(self, numbers: numbers, assets: assetNumbers)
    var end = Int64.max
    var left = Int.max
    switch length {
    case .duration(let span): end = start.nanoseconds + span.nanoseconds
    case .ticks(let count): left = count
    }
    while generator.position < end && left > 0 {
      try generator.makeStep()
      for made in generator.ticks {
        guard made.time.nanoseconds < end, left > 0 else { break }
        try tick(made)
        left -= 1
      }
    }
  }

  private func shareDone(_ time: Timestamp, _ ticks: Int) -> Double {
    switch length {
    case .duration(let span): Double(time.nanoseconds - start.nanoseconds) / Double(span.nanoseconds)
    case .ticks(let count): Double(ticks) / Double(count)
    }
  }

  private var metadata: TickFileMetadata {
    let names = instruments.map { "\($0.name) from \($0.startPrice), volatility \($0.volatility)" }
    var notes = [
      ("scenario", scenario.rawValue), ("seed", String(seed)), ("step", step.description),
      ("trades a second", String(tradesPerSecond)), ("correlation", correlation.description),
      ("jumps a day", String(jumpsPerDay)), ("instruments", names.joined(separator: "; ")),
    ]
    for (name, value) in [
      ("jumps a day of each instrument", ownJumpsPerDay), ("volatility clustering", volatilityClustering),
      ("volume clustering", volumeClustering), ("gaps a day", gapsPerDay),
    ] where value > 0 { notes.append((name, String(value))) }
    if !assets.isEmpty { notes.append(("assets", assets.map(\.note).joined(separator: "; "))) }
    return TickFileMetadata(source: "generated", tool: tool, notes: notes)
  }
}

extension GeneratedAsset {
  fileprivate var note: String {
    let leader = follows.map { " \($0)" } ?? ""
    return "\(name) at \(ratio)\(leader), low \(depegLow)"
  }
}

extension GenerateSummary {
  mutating func add(_ key: SeriesKey, _ number: Int) {
    precondition(number == series.count, "a new file numbers its series from 0")
    series.append(Series(key: key))
  }

  mutating func add(_ tick: Tick) {
    if first == nil { first = tick.time }
    last = tick.time
    ticks += 1
    series[tick.series].add(tick.price)
  }
}

extension GenerateSummary.Series {
  /// All prices of a generated series have one scale, so their mantissas compare.
  fileprivate mutating func add(_ price: ExactDecimal) {
    ticks += 1
    if price.mantissa < lowest?.mantissa ?? Int64.max { lowest = price }
    if price.mantissa > highest?.mantissa ?? Int64.min { highest = price }
  }
}

extension GenerateSummary: CustomStringConvertible {
  /// A line a series, without a line feed at its end.
  public var description: String {
    var lines = ["\(ticks) ticks"]
    if let first, let last { lines[0] += " from \(first) to \(last)" }
    for one in series {
      var line = "\(one.key): \(one.ticks)"
      if let lowest = one.lowest, let highest = one.highest { line += ", \(lowest) to \(highest)" }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }
}
