import Kernels
import Platform

/// Prints how near the dense scan is to the same loop in C, in one process, turn by turn.
@main enum KernelBench {
  static func main() {
    let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 21
    print("Account-checks a second and core, medians of \(rounds) turns; \(Machine.processor)")
    print(row(["columns", "accounts", "kernel", "Swift", "C", "Swift / C", "C with"]))
    let pairs = Pair.runnable
    for factors in [1, 3, 8, 32] {
      for accounts in [1_000, 10_000, 100_000] {
        var contest = Contest(factors: factors, accounts: accounts)
        let rates = contest.run(pairs, rounds: rounds)
        for number in pairs.indices {
          let (pair, rate) = (pairs[number], rates[number])
          print(
            row([
              "\(factors)", "\(accounts)", pair.level.rawValue, billions(rate.ours), billions(rate.theirs),
              hundredths(rate.ours / rate.theirs), pair.name,
            ]))
        }
      }
    }
  }

  private static func hundredths(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
  private static func billions(_ value: Double) -> String { hundredths(value * 1e-9) + " G" }

  private static func row(_ cells: [String]) -> String {
    cells.map { $0 + String(repeating: " ", count: max(1, 10 - $0.count)) }.joined()
  }
}
