import Engine
import Foundation
import Margin
import Market
import Platform
import Random
import Testing

/// Accounts of many instruments that stand exactly on a trigger after hundreds of fundings, which the pruned
/// engine lets wait: every settlement rounds their balance, and all in one direction. Whatever waits together
/// must not round away more than the lines give way by.
@Suite struct FundingPlacementTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let perWorld = 40

  /// How many worlds; `MARGINSWEEP_FUNDED` says how many accounts instead.
  private static var worlds: Int {
    var usual = 12
    assert(
      {
        usual = 3
        return true
      }())
    let wanted = environment["MARGINSWEEP_FUNDED"].flatMap(Int.init)
    return wanted.map { max(1, ($0 + perWorld - 1) / perWorld) } ?? usual
  }

  @Test(arguments: 1...worlds) func everyEngineFindsThem(seed: Int) throws {
    let world = try FundedWorld(seed: UInt64(seed))
    let crowd = FundedCrowd(world, seed: UInt64(seed), count: Self.perWorld)
    #expect(crowd.count == Self.perWorld)
    let expected = try run(world, crowd) { $0.kind = .reference }
    check(expected[0], crowd, world)
    let kernels = KernelLevel.allCases.filter(\.isSupported)
    var dice = RandomStream(seed: UInt64(seed), stream: 0, purpose: 10)
    for kind in [EngineKind.dense, .pruned, .pruned, .pruned] {
      let kernel = kernels[dice.choice(count: kernels.count)]
      let pages = [nil, 2, 1_000][dice.choice(count: 3)]
      let pieces = [nil, nil, 900, 5_000][dice.choice(count: 4)]
      let actual = try run(world, crowd) {
        $0.kind = kind
        $0.kernel = kernel
        $0.keptPages = pages
        $0.chunkInstants = pieces
        $0.blockAccounts = 16
        $0.threads = 2
      }
      let difference = Fingerprint.difference(actual, expected)
      let sizes = "\(pages.map(String.init) ?? "any") pages, pieces of \(pieces.map(String.init) ?? "any")"
      #expect(difference == nil, "seed \(seed), \(kind), kernel \(kernel), \(sizes) ticks")
    }
  }

  private func run(
    _ world: FundedWorld, _ crowd: FundedCrowd, _ change: (inout EngineOptions) -> Void
  ) throws -> [PointResult] {
    var options = EngineOptions()
    change(&options)
    let point = EnginePoint(rules: [(Timestamp(nanoseconds: .min), world.rules)], accounts: crowd)
    return try Simulation(replay: world.replay, options: options).run([point])
  }

  /// Whether people are placed as they say: hit at their spike, or just not.
  private func check(_ result: PointResult, _ crowd: FundedCrowd, _ world: FundedWorld) {
    var first: [Int: Timestamp] = [:]
    for case .liquidation(let step) in result.entries where first[step.account] == nil {
      first[step.account] = step.time
    }
    var hit = 0
    for (number, person) in crowd.people.enumerated() {
      let spike = world.spikes[person.spike].quotes.time
      if person.isHit { hit += 1 }
      if person.account.behaviour.topUp != nil {
        let tally = result.accounts[number].account?.tally
        if person.isHit { #expect((tally?.topUps ?? 0) > 0, "account \(number)") }
      } else if person.isHit {
        #expect(first[number] == spike, "account \(number)")
      } else {
        #expect(first[number].map { $0 > spike } ?? true, "account \(number)")
      }
    }
    #expect(hit > crowd.count / 3 && hit < crowd.count, "\(hit) of \(crowd.count) are hit")
  }
}
