internal import Engine
internal import Platform
internal import Market

extension Manifest {
  /// The layout of `manifest.json`; grows when a member changes its meaning.
  public static let format = 1
  /// The remark in which an importer names the path that it assumed inside a candle.
  static let candlePathKey = "candle path"

  /// The manifest as JSON.
  ///
  /// - Parameters:
  ///   - files: what was written.
  ///   - conservation: the largest residual as a multiple of its tolerance.
  public func json(files: [WrittenFile], conservation: Double) -> JSONValue {
    .object([
      ("format", .integer(Self.format)),
      ("program", .object([("name", .text("marginsweep")), ("version", .text(version))])),
      ("study", .raw(studyJSON)), ("venue", .raw(venueJSON)), ("folder", .optional(folder)),
      ("seed", seed.map { .raw(String($0)) } ?? .null),
      ("inputs", .array(inputs.map(\.json))),
      ("candle_path", .optional(candlePath)),
      ("axes", .array(axes.map { .text($0) })),
      ("points", .array(points.enumerated().map(pointJSON))),
      ("counts", countsJSON(files)),
      ("conservation", .object([("worst_over_tolerance", .number(conservation))])),
      (
        "engine",
        .object([
          ("kind", .text(engine)), ("kernel", .text(kernel.rawValue)), ("threads", .integer(threads)),
        ])
      ),
      ("timings", timings.json),
      ("throughput", throughputJSON),
      ("files", .array(files.map(\.json))),
    ])
  }

  /// What the tick files say about the path inside a candle; nil where none holds candles.
  private var candlePath: String? {
    var found: [String] = []
    for note in inputs.flatMap(\.notes) where note.key == Self.candlePathKey && !found.contains(note.value) {
      found.append(note.value)
    }
    return found.isEmpty ? nil : found.joined(separator: "; ")
  }

  private func pointJSON(_ number: Int, _ values: [String]) -> JSONValue {
    .object([
      ("point", .integer(number)),
      ("axes", .object(zip(axes, values).map { ($0, .text($1)) })),
      ("accounts", .integer(accounts[number])),
    ])
  }

  private func countsJSON(_ files: [WrittenFile]) -> JSONValue {
    .object([
      ("points", .integer(points.count)), ("accounts", .integer(accounts.reduce(0, +))),
      ("ticks", .integer(statistics.ticks)), ("instants", .integer(statistics.instants)),
      ("skipped_ticks", .integer(statistics.skipped)),
      ("first_instant", .optional(statistics.first?.description)),
      ("last_instant", .optional(statistics.last?.description)),
      ("account_checks", .integer(checks)), ("margin_calls", .integer(marginCalls)),
      ("refused_actions", .integer(refusedActions)),
      ("rows", .object(files.compactMap { file in file.rows.map { (file.name, .integer($0)) } })),
    ])
  }

  private var throughputJSON: JSONValue {
    func rate(_ count: Int, _ seconds: Double) -> JSONValue {
      seconds > 0 ? .number(Double(count) / seconds) : .null
    }
    return .object([
      ("account_checks_per_second", rate(checks, timings.simulation)),
      ("ticks_per_second", rate(statistics.ticks, timings.survey)),
    ])
  }
}

extension Manifest.Input {
  fileprivate var json: JSONValue {
    .object([
      ("path", .text(path)), ("digest", .text(digest)), ("bytes", .integer(bytes)),
      ("ticks", .integer(ticks)), ("source", .text(source)),
      ("notes", .object(notes.map { ($0.key, .text($0.value)) })),
    ])
  }
}

extension Manifest.Timings {
  fileprivate var json: JSONValue {
    .object([
      ("survey_seconds", .number(survey)), ("simulation_seconds", .number(simulation)),
      ("report_seconds", .number(report)), ("total_seconds", .number(total)),
    ])
  }
}

extension WrittenFile {
  fileprivate var json: JSONValue {
    .object([("name", .text(name)), ("bytes", .integer(bytes)), ("rows", rows.map { .integer($0) } ?? .null)])
  }
}
