import Market
import Platform
import Support
import TickFile

@testable import TickImport

/// Collects ticks in place of a tick file.
final class ListSink: TickSink {
  private(set) var keys: [SeriesKey] = []
  private(set) var ticks: [Tick] = []

  func series(_ key: SeriesKey) -> Int {
    if let known = keys.firstIndex(of: key) { return known }
    keys.append(key)
    return keys.count - 1
  }

  func append(contentsOf more: [PackedTick]) { ticks += more.map(\.tick) }

  /// The ticks as text: `series time price`, with the time in ns since the epoch.
  var lines: [String] {
    ticks.map { "\(keys[$0.series]) \($0.time.nanoseconds) \($0.price)" }
  }
}

/// A file of a test: its name tells the instrument.
typealias Fixture = (name: String, text: String)

/// Imports text files into a list.
func importFixtures(
  _ fixtures: [Fixture], _ change: (inout ImportRequest) -> Void = { _ in }
) throws -> (sink: ListSink, summary: ImportSummary) {
  let folder = try TemporaryDirectory()
  for fixture in fixtures { try folder.write(fixture.name, fixture.text) }
  return try importFiles(fixtures.map { folder.file($0.name) }, change)
}

/// Imports files into a list.
func importFiles(
  _ paths: [String], _ change: (inout ImportRequest) -> Void = { _ in }
) throws -> (sink: ListSink, summary: ImportSummary) {
  var request = ImportRequest(inputs: paths, output: "unused")
  change(&request)
  try request.validate()
  let sink = ListSink()
  let summary = try request.merge(try request.makePlans(), into: sink, progress: { _ in })
  return (sink, summary)
}

/// The error of an import that must fail, as `line:column: problem, expected …` without the path.
func importError(
  _ text: String, name: String = "BTCUSDT-1m.csv", _ change: (inout ImportRequest) -> Void = { _ in }
) -> String {
  do {
    _ = try importFixtures([(name, text)], change)
    return "no error"
  } catch let error as InputError {
    let place = [error.location.line, error.location.column].compactMap { $0.map(String.init) }
    return (place + [" \(error.problem), expected \(error.expected)"]).joined(separator: ":")
  } catch {
    return "\(error)"
  }
}

/// Minutes in ns.
let minute: Int64 = 60_000_000_000
/// 2021-05-19T12:00:00Z in ns.
let noon: Int64 = 1_621_425_600_000_000_000
