import Engine
import Margin
import Market
import Platform
import Testing

/// The replay of a single account is the account's part of the simulation of all.
@Suite struct AccountReplayTests {
  /// A stable order by time, as a simulation's result has it.
  private func sorted(_ entries: [JournalEntry]) -> [String] {
    entries.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map { "\($0.element)" }
  }

  @Test(arguments: [UInt64(1), 2, 3, 5, 8]) func oneAccountLivesAsAmongAll(seed: UInt64) throws {
    let world = try World(seed: seed)
    let point = EnginePoint(rules: world.rules, accounts: world.people)
    var options = EngineOptions()
    options.keepsFlows = true
    options.recordsWorstRatio = true
    options.recordsBands = true
    let all = try Simulation(replay: world.replay, options: options).run([point])[0]
    for number in 0..<world.people.count {
      var replay = try AccountReplay(world.replay, point, number: number, recordsWorstRatio: true)
      var observed: [String] = []
      let end = try replay.run { observed += $0.entries.map { "\($0)" } }
      let expected = sorted(all.entries.filter { $0.account == number })
      #expect(firstDifference(sorted(end.entries), expected) == nil, "account \(number)")
      #expect("\(end.outcome)" == "\(all.accounts[number])", "account \(number)")
      #expect(observed == end.entries.map { "\($0)" }, "every entry is shown once, account \(number)")
    }
  }

  @Test func aTriggerStandsBeforeEveryClosing() throws {
    var (closings, topUps, moves) = (0, 0, 0)
    for seed in UInt64(1)...12 {
      let world = try World(seed: seed)
      let point = EnginePoint(rules: world.rules, accounts: world.people)
      for number in 0..<world.people.count {
        var replay = try AccountReplay(world.replay, point, number: number, recordsWorstRatio: false)
        var last: TriggerRecord?
        _ = try replay.run { moment in
          for entry in moment.entries {
            switch entry {
            case .trigger(let record): last = record
            case .marginMove: moves += 1
            case .flow(let flow) where flow.flow == .topUp:
              topUps += 1
              #expect(last?.trigger == .topUp && last?.time == flow.time)
            case .liquidation(let step):
              closings += 1
              let expected = step.cause == .stopLoss ? "stop_loss" : step.cause.rawValue
              #expect(last?.trigger.rawValue == expected && last?.time == step.time)
              guard step.cause == .margin, let before = last?.before else { continue }
              #expect(before.ratio == step.ratioBefore && last?.measured == before.equity)
            default: continue
            }
          }
        }
      }
    }
    #expect(closings > 100 && topUps > 5 && moves > 5)
  }

  @Test func anInterruptEndsIt() throws {
    let world = try World(seed: 1)
    let point = EnginePoint(rules: world.rules, accounts: world.people)
    var replay = try AccountReplay(world.replay, point, number: 0, recordsWorstRatio: false)
    #expect(throws: RunError.self) { try replay.run(isCancelled: { true }) { _ in } }
  }
}
