import Engine
import Foundation
import Margin
import Market
import Synchronization
import Testing

/// Wild worlds by every engine: each world is run in a few configurations, which are drawn from its seed, and
/// all results are held to those of the reference, bit for bit; the reference to a second writing of the
/// semantics.
@Suite struct DifferentialTests {
  private static let environment = ProcessInfo.processInfo.environment
  /// The one world that `MARGINSWEEP_SEED` asks for.
  private static let onlySeed = environment["MARGINSWEEP_SEED"].flatMap(UInt64.init)
  /// How many worlds are compared; `MARGINSWEEP_WORLDS` says how many instead.
  private static let count =
    environment["MARGINSWEEP_WORLDS"].flatMap(Int.init) ?? (isOptimised ? 400 : 200)
  /// The first seed, so that many runs need not look at the same worlds.
  private static let first = environment["MARGINSWEEP_FIRST_SEED"].flatMap(UInt64.init) ?? 1
  private static let perCase = 20
  private static let done = Atomic<Int>(0)

  /// Stretches of seeds: the cases of a test run side by side.
  static var seeds: [ClosedRange<UInt64>] {
    if let onlySeed { return [onlySeed...onlySeed] }
    return stride(from: 0, to: count, by: perCase).map { start in
      first + UInt64(start)...first + UInt64(min(count, start + perCase)) - 1
    }
  }

  /// Whether the code is compiled for speed; then some worlds may be large.
  private static var isOptimised: Bool {
    var isOptimised = true
    assert(
      {
        isOptimised = false
        return true
      }())
    return isOptimised
  }

  @Test(arguments: seeds) func everyConfigurationGivesTheSame(seeds: ClosedRange<UInt64>) throws {
    for seed in seeds { try compare(seed) }
    guard Self.environment["MARGINSWEEP_PROGRESS"] != nil else { return }
    let done = Self.done.add(seeds.count, ordering: .relaxed).newValue
    if done % 500 < seeds.count {
      try FileHandle.standardError.write(contentsOf: Data("\(done) of \(Self.count) worlds agree\n".utf8))
    }
  }

  private func compare(_ seed: UInt64) throws {
    let world = try WildWorld(seed: seed, mostTicks: Self.isOptimised ? .max : 2_000)
    let expected = try run(world, .reference)
    let naive = NaiveReplay(world.replay, world.records)
    let lives = world.points.map { naive.run($0, world.options) }
    let difference = Fingerprint.difference(expected, lives)
    #expect(difference == nil, "seed \(seed), the reference\n\(Self.again(seed))")
    for configuration in Configuration.few(seed, world.shape) {
      let difference = Fingerprint.difference(try run(world, configuration), expected)
      #expect(difference == nil, "seed \(seed), \(configuration)\n\(Self.again(seed))")
    }
  }

  /// How a world is run again alone.
  private static func again(_ seed: UInt64) -> String {
    let options = isOptimised ? " -c release -Xswiftc -enable-testing" : ""
    return "again: MARGINSWEEP_SEED=\(seed) swift test\(options) --filter DifferentialTests"
  }

  private func run(_ world: WildWorld, _ configuration: Configuration) throws -> [PointResult] {
    var options = world.options
    configuration.apply(to: &options)
    if configuration.isShared {
      let ticks = try ReplayTicks(world.replay, options: options)
      return try world.points.flatMap { try Simulation(ticks: ticks, options: options).run([$0]) }
    }
    return try Simulation(replay: world.replay, options: options).run(world.points)
  }

  /// What the worlds are worth: everything that the rules know happens in the first of them.
  @Test func everythingHappens() throws {
    var count: [String: Int] = [:]
    for seed in UInt64(1)...200 {
      let world = try WildWorld(seed: seed, mostTicks: 600)
      var options = world.options
      options.keepsFlows = true
      options.kind = .reference
      for result in try Simulation(replay: world.replay, options: options).run(world.points) {
        for entry in result.entries { count[name(of: entry), default: 0] += 1 }
        for outcome in result.accounts { count[name(of: outcome), default: 0] += 1 }
      }
    }
    for name in [
      "margin isolated", "margin cross", "margin account", "lossFraction isolated", "level account",
      "stopLoss isolated", "stopLoss cross", "stopLoss account", "threshold", "ltv", "liquidation",
      "repayment", "fund", "funding", "interest", "topUp", "action", "margin move", "switched",
      "refused switch",
      "borrowed", "repaid", "margin call", "never opened", "rejected", "settled", "open",
    ] {
      #expect(count[name, default: 0] >= 10, "\(name): \(count)")
    }
  }

  private func name(of outcome: AccountOutcome) -> String {
    guard let account = outcome.account else { return "never opened" }
    if outcome.rejection != nil { return "rejected" }
    return account.isSettled ? "settled" : "open"
  }

  private func name(of entry: JournalEntry) -> String {
    switch entry {
    case .liquidation(let step):
      switch step.pool {
      case .isolated: "\(step.cause) isolated"
      case .cross: "\(step.cause) cross"
      case .account: "\(step.cause) account"
      }
    case .conversion(let row): row.cause.rawValue
    case .fundPayment: "fund"
    case .flow(let flow): "\(flow.flow)"
    case .trigger(let record): record.trigger == .marginCall ? "margin call" : "trigger"
    case .marginMove: "margin move"
    case .action(let note):
      switch note.kind {
      case .borrowed: "borrowed"
      case .repaid: "repaid"
      case .switched: "switched"
      case .refusedSwitch: "refused switch"
      }
    }
  }
}
