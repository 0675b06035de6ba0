import Engine
import Foundation
import Margin
import Market
import Testing

/// Everything that a result holds, as text: doubles in shortest round-trip form, so equal text means equal
/// bits.
func dump(_ results: [PointResult]) -> [String] {
  results.flatMap { result in
    result.entries.map { "\($0)" } + result.accounts.map { "\($0)" } + ["checks \(result.checks)"]
  }
}

/// The first place where two dumps differ; nil where they are equal.
func firstDifference(_ actual: [String], _ expected: [String]) -> String? {
  for place in 0..<max(actual.count, expected.count) {
    let left = place < actual.count ? actual[place] : "nothing"
    let right = place < expected.count ? expected[place] : "nothing"
    if left != right { return "line \(place):\n  is       \(left)\n  expected \(right)" }
  }
  return nil
}

/// How many random worlds are compared: 12, or as many as the environment variable `MARGINSWEEP_WORLDS` says.
let worldCount = ProcessInfo.processInfo.environment["MARGINSWEEP_WORLDS"].flatMap(Int.init) ?? 12

@Suite struct AgreementTests {
  func run(_ world: World, _ change: (inout EngineOptions) -> Void = { _ in }) throws -> [PointResult] {
    var options = EngineOptions()
    options.keepsFlows = true
    change(&options)
    let point = EnginePoint(rules: world.rules, accounts: world.people)
    return try Simulation(replay: world.replay, options: options).run([point, point])
  }

  @Test(arguments: 1...worldCount) func everyEngineThreadAndChunkGivesTheSame(seed: Int) throws {
    let world = try World(seed: UInt64(seed))
    let expected = try dump(run(world) { $0.kind = .reference })
    for kind in [EngineKind.dense, .pruned] {
      for (threads, chunk, block) in [(1, 16_384, 512), (2, 700, 5), (1, 64, 3), (2, 37, 24)] {
        let actual = try dump(
          run(world) {
            $0.kind = kind
            $0.threads = threads
            $0.chunkInstants = chunk
            $0.blockAccounts = block
          })
        let difference = firstDifference(actual, expected)
        #expect(difference == nil, "\(kind), \(threads) threads, chunks of \(chunk), blocks of \(block)")
      }
    }
    let cut = try dump(
      run(world) {
        $0.kind = .reference
        $0.chunkInstants = 100
        $0.threads = 2
      })
    #expect(firstDifference(cut, expected) == nil)
  }

  @Test(arguments: 1...4) func worstRatiosAgree(seed: Int) throws {
    let world = try World(seed: UInt64(seed), accounts: 12, ticks: 1_000)
    let expected = try dump(
      run(world) {
        $0.kind = .reference
        $0.recordsWorstRatio = true
      })
    let actual = try dump(
      run(world) {
        $0.recordsWorstRatio = true
        $0.chunkInstants = 300
      })
    #expect(firstDifference(actual, expected) == nil)
  }

  @Test func worldsAreEventful() throws {
    var (liquidations, conversions, payments, rejected) = (0, 0, 0, 0)
    for seed in 1...12 {
      for result in try run(World(seed: UInt64(seed))).prefix(1) {
        for entry in result.entries {
          switch entry {
          case .liquidation: liquidations += 1
          case .conversion: conversions += 1
          case .fundPayment: payments += 1
          case .flow, .trigger, .marginMove, .action: continue
          }
        }
        rejected += result.accounts.count { $0.rejection != nil }
      }
    }
    #expect(liquidations > 100 && conversions > 20 && payments > 3 && rejected > 3)
  }

  @Test func loansAreEventful() throws {
    var (calls, sales, payments, repayments, interest, refused, settled) = (0, 0, 0, 0, 0, 0, 0)
    for seed in 1...24 {
      let result = try run(World(seed: UInt64(seed)))[0]
      let loans = result.accounts.compactMap(\.account).filter { $0.mode == .loan }
      let numbers = Set(loans.map(\.number))
      calls += loans.reduce(0) { $0 + $1.tally.marginCalls }
      refused += loans.reduce(0) { $0 + $1.tally.refusedActions }
      settled += loans.count { $0.isFlat && $0.tally.liquidationSteps > 0 }
      for entry in result.entries where numbers.contains(entry.account) {
        switch entry {
        case .liquidation: sales += 1
        case .conversion: repayments += 1
        case .fundPayment: payments += 1
        case .flow(let flow): interest += flow.flow == .interest ? 1 : 0
        case .trigger, .marginMove, .action: continue
        }
      }
    }
    let counts = "\(calls) calls, \(sales) sales, \(repayments) repayments, \(payments) payments, "
    #expect(
      calls > 30 && sales > 30 && repayments > sales && payments > 0 && interest > 200 && refused > 0
        && settled > 0, "\(counts)\(interest) interest, \(refused) refused, \(settled) settled")
  }

  @Test(arguments: 1...12) func valueIsConserved(seed: Int) throws {
    let world = try World(seed: UInt64(seed))
    let rules = world.rules[world.rules.count - 1].rules
    for outcome in try run(world)[0].accounts {
      guard let account = outcome.account, outcome.rejection == nil else { continue }
      #expect(rules.conservationResidual(account).overTolerance <= 1)
    }
  }
}
