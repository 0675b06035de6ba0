import Market
import Platform
import TickFile

/// How far an import is.
public struct ImportProgress: Sendable, Hashable {
  /// Ticks written so far.
  public var ticks: Int
  /// Inputs read to their end.
  public var inputsDone: Int
  /// Inputs in all.
  public var inputs: Int
  /// Bytes read so far, as they stand on disk.
  public var bytes: Int
  /// Bytes of all inputs; nil where one is a pipe.
  public var totalBytes: Int?
}

extension ImportRequest {
  /// Reads the inputs, writes the tick file and tells what happened.
  ///
  /// `progress` is called every 65,536 ticks; what it throws ends the import, and no file appears.
  ///
  /// Throws `InputError` for wrong options and wrong records, `CorruptDataError` for compressed data that are
  /// cut off, and the writer's errors.
  public func run(progress: (ImportProgress) throws -> Void = { _ in }) throws -> ImportSummary {
    var request = self
    request.inputs = try InputList.expand(inputs)
    try request.validate()
    let plans = try request.makePlans()
    let writer = try TickFileWriter(path: output, force: force, metadata: metadata(plans))
    do {
      let summary = try request.merge(plans, into: writer, progress: progress)
      guard summary.ticks > 0 else { throw request.nothingFound(summary) }
      writer.dropped = summary.doubts
      _ = try writer.finish()
      return summary
    } catch {
      // The thread that wrote behind may still let go of the writer.
      writer.discard()
      throw error
    }
  }

  private func nothingFound(_ summary: ImportSummary) -> InputError {
    let reasons = summary.dropped.sorted { $0.key < $1.key }.map { "\($0.value): \($0.key)" }
    return InputError(
      SourceLocation(path: inputs.first ?? "-"),
      "none of the \(summary.rows) records holds a price (\(reasons.joined(separator: "; ")))",
      expected: "records with prices")
  }

  /// Looks into every input.
  func makePlans() throws -> [InputPlan] {
    let plans = try inputs.map { try InputPlan(looking: $0, for: self) }
    if let instrument, plans.allSatisfy({ $0.symbol != instrument }) {
      throw InputError(
        SourceLocation(path: "--instrument"), "'\(instrument)' is the instrument of no input",
        expected: "an input whose file name does not say its instrument")
    }
    return plans
  }

  /// How many inputs the metadata name, so that their size stays bounded.
  private static let inputsNamed = 64

  private func metadata(_ plans: [InputPlan]) -> TickFileMetadata {
    var notes: [(key: String, value: String)] = []
    var inputs = plans.prefix(Self.inputsNamed).map { "\($0.path) (\($0.format.name))" }
    if plans.count > inputs.count { inputs.append("and \(plans.count - inputs.count) more") }
    notes.append(("inputs", inputs.joined(separator: "; ")))
    let intervals = Set(plans.compactMap(\.interval)).sorted()
    if !intervals.isEmpty {
      notes.append(("candle path", candlePath.rawValue))
      notes.append(
        ("candle interval", intervals.map { TimeSpan(nanoseconds: $0).description }.joined(separator: ", ")))
    }
    let names = Set(plans.map(\.format.name)).sorted()
    return TickFileMetadata(source: names.joined(separator: ", "), tool: tool, notes: notes)
  }

  /// Merges the inputs by time into `sink`.
  func merge(
    _ plans: [InputPlan], into sink: some TickSink, progress: (ImportProgress) throws -> Void
  ) throws -> ImportSummary {
    let sizes = try plans.map { $0.path == "-" ? nil : try Files.size($0.path) }
    let totalBytes = sizes.contains(nil) ? nil : sizes.compactMap { $0 }.reduce(0, +)
    var merge = ImportMerge(plans, self, sink)
    try merge.run(totalBytes: totalBytes, progress: progress)
    return merge.summary()
  }
}

extension TickFileWriter: TickSink {}
