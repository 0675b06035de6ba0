public import ArgumentParser
public import Bench
public import Engine
public import Margin
public import Market
public import Platform
public import TickGenerate
public import TickImport

// How values of the modules are written as arguments. A conformance is as public as both of its sides.

extension SeriesKind: ExpressibleByArgument {}
extension CandlePath: ExpressibleByArgument {}
extension Scenario: ExpressibleByArgument {}
extension EngineKind: ExpressibleByArgument {}
extension KernelLevel: ExpressibleByArgument {}
extension ProgressMeter.Mode: ExpressibleByArgument {}
extension MarginMode: ExpressibleByArgument {}
extension BenchRequest.HitShare: ExpressibleByArgument {}

extension TimeSpan: ExpressibleByArgument {
  /// Reads a duration such as `8h`.
  public init?(argument: String) { self.init(argument) }
}

extension Timestamp: ExpressibleByArgument {
  /// Reads a UTC time such as `2021-05-19T12:00:00Z`.
  public init?(argument: String) { self.init(argument) }
}

/// An amount of memory: `512MiB`, `2GiB`, or plain bytes.
struct ByteSize: ExpressibleByArgument, Equatable {
  /// The amount in bytes.
  let bytes: Int

  private static let units: [(name: String, bytes: Int)] = [
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("B", 1), ("", 1),
  ]

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let name = argument.dropFirst(digits.count)
    guard let count = Int(digits), let unit = Self.units.first(where: { $0.name == name }) else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
    guard !overflow, bytes > 0 else { return nil }
    self.bytes = bytes
  }

  /// The amount in the largest unit that keeps it at 1 or more: `1.5 GiB`.
  static func text(_ bytes: Int) -> String {
    let unit = units.prefix(4).last { bytes >= $0.bytes }
    guard let unit else { return "\(bytes) B" }
    let tenths = (Double(bytes) / Double(unit.bytes) * 10).rounded() / 10
    return "\(NumberText.shortest(tenths)) \(unit.name)"
  }
}

/// The part of the ticks that a command looks at.
struct WindowOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "First moment, inclusive (ISO 8601 UTC; default: the first tick).", valueName: "time"))
  var from: Timestamp?

  @Option(
    help: ArgumentHelp(
      "Last moment, exclusive (ISO 8601 UTC; default: after the last tick).", valueName: "time"))
  var to: Timestamp?

  func validate() throws {
    if let from, let to, to <= from { throw ValidationError("--to must be later than --from.") }
  }

  /// The window; nil where neither end is given.
  var window: Range<Timestamp>? {
    guard from != nil || to != nil else { return nil }
    let lower = from ?? Timestamp(nanoseconds: .min)
    return lower..<max(lower, to ?? Timestamp(nanoseconds: .max))
  }
}
