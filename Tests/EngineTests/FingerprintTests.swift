import Market
import Testing

@testable import Engine
@testable import Margin

/// A field that the fingerprint forgets would not be compared: whoever adds one here must add it there.
@Suite struct FingerprintTests {
  private func fields(_ value: Any) -> Int { Mirror(reflecting: value).children.count }

  @Test func noFieldOfAnAccountIsForgotten() {
    let account = Account(number: 0, mode: .cross, balances: [1], positions: [])
    #expect(fields(AccountOutcome(account: account, life: AccountLife())) == 2)
    #expect(fields(AccountLife()) == 4)
    #expect(fields(account) == 17)
    #expect(fields(account.tally) == 26)
    #expect(fields(Tally.Units()) == 4)
    #expect(fields(Debt()) == 2)
    let position = Position(
      instrument: InstrumentIndex(0), lots: 1, lot: ExactDecimal(mantissa: 1, scale: 0), entry: 1)
    #expect(fields(position) == 8)
  }

  @Test func noFieldOfAnEntryIsForgotten() throws {
    var seen: [String: Int] = [:]
    for seed in UInt64(1)...60 {
      let world = try WildWorld(seed: seed, mostTicks: 1_500)
      var options = world.options
      options.keepsFlows = true
      for result in try Simulation(replay: world.replay, options: options).run(world.points) {
        for entry in result.entries {
          guard let child = Mirror(reflecting: entry).children.first else { continue }
          seen[child.label ?? "", default: 0] = fields(child.value)
        }
      }
    }
    #expect(
      seen == [
        "liquidation": 20, "conversion": 10, "fundPayment": 7, "flow": 5, "trigger": 10, "marginMove": 4,
        "action": 3,
      ])
  }

  @Test func everyBitCounts() throws {
    let world = try WildWorld(seed: 3, mostTicks: 500)
    let results = try Simulation(replay: world.replay, options: world.options).run(world.points)
    #expect(Fingerprint.difference(results, results) == nil)
    var changed = results
    let place = try #require(changed[0].accounts.firstIndex { $0.account != nil })
    changed[0].accounts[place].account?.balances[0] += 1e-12
    changed[0].accounts[place].account?.balances[0].negate()
    #expect(Fingerprint.difference(changed, results) != nil)
  }
}
