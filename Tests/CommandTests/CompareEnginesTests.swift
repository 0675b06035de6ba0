import Support
import Testing

/// Loops in NumPy and C++, which share no code with the program, find the same first liquidations on
/// generated ticks; `scripts/compare-engines` does it at full size, with more of them, and measures.
@Suite(.enabled(if: canCompareEngines, "there is no Python with NumPy, or no g++"))
struct CompareEnginesTests {
  @Test func othersFindTheSameLiquidations() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.bash(
      "'\(repositoryRoot)/scripts/compare-engines' out --quick --program \"$program\" --ticks 15000")
    #expect(result.status == 0, "\(result.stderr)")
    #expect(
      result.stdout.hasPrefix("All agree with the program, account by account: 300 cross accounts, "),
      "\(result.stdout) \(result.stderr)")
  }

  @Test func anotherAnswerIsFound() throws {
    let sandbox = try Sandbox()
    // A copy of the scripts in which the C++ loops liquidate at half of the maintenance margin.
    let result = try sandbox.bash(
      """
      mkdir -p copy && cp -r '\(repositoryRoot)/scripts' copy/
      sed -i 's/if (account.balance + pnl <= maintenance)/if (account.balance + pnl <= 0.5 * maintenance)/' \
        copy/scripts/compare/soa_main.cpp
      mkdir -p copy/.build && ln -s '\(repositoryRoot)/.build/compare' copy/.build/compare
      copy/scripts/compare-engines out --quick --program "$program" --ticks 15000
      """)
    #expect(result.status == 1)
    #expect(result.stdout.isEmpty)
    #expect(result.stderr.contains("C++, plain does not agree on "))
  }
}

/// Whether `scripts/compare-engines --quick` finds what it needs.
private let canCompareEngines: Bool = {
  let line =
    """
    cd '\(repositoryRoot)' && command -v g++ || exit 1
    for python in .build/compare/bin/python python3; do
      "$python" -c 'import numpy' && exit 0
    done
    exit 1
    """
  return (try? runProgram("/usr/bin/env", ["bash", "-c", line]).status) == 0
}()
