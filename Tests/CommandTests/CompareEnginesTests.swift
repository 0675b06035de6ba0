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

  /// Of three instants at one time the marks tell which one a liquidation belongs to.
  @Test func marksTellInstantsOfOneTime() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "crash.csv",
      """
      time,symbol,kind,price
      5,A,trade,10
      5,B,trade,20
      7,A,trade,11
      7,B,trade,20
      7,A,trade,12
      7,A,trade,11
      9,B,trade,21

      """)
    try sandbox.write(
      "check.py",
      """
      from types import SimpleNamespace
      from agreement import Agreement
      from program import Liquidation
      from world import read_instants
      times, marks = read_instants("crash.csv", ("A", "B"), 5)
      world = SimpleNamespace(instruments=("A", "B"), times=times, marks=marks)
      print(times.tolist(), marks.tolist())
      for found in ({"A": 11.0, "B": 20.0}, {"A": 12.0}, {"B": 20.0}, {"A": 13.0}):
          print(Agreement.instant(SimpleNamespace(world=world), "x", Liquidation(7, found)))

      """)
    let result = try sandbox.bash(
      """
      python='\(repositoryRoot)/.build/compare/bin/python'
      [ -x "$python" ] || python=python3
      PYTHONPATH='\(repositoryRoot)/scripts/compare' "$python" -B check.py
      """)
    #expect(result.status == 1)
    #expect(
      result.stdout == "[5, 7, 7, 7, 9] [[10.0, 11.0, 12.0, 11.0, 11.0], [20.0, 20.0, 20.0, 20.0, 21.0]]\n"
        + "1\n2\n1\n")
    #expect(result.stderr == "account x is liquidated at 7 ns, at marks that are no instant's of the input\n")
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
