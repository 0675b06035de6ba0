import Support
import Testing

/// polars, which shares no code with the program, reads the same rows out of a file of trades;
/// `scripts/compare-import` does it at full size, and measures.
@Suite(.enabled(if: hasPolars, "there is no Python with polars"))
struct CompareImportTests {
  @Test func polarsReadsTheSameRows() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.bash(
      "'\(repositoryRoot)/scripts/compare-import' out --quick --program \"$program\" --rows 5000")
    #expect(result.status == 0, "\(result.stderr)")
    #expect(
      result.stdout == "Both read the same 5000 rows: times, prices and sizes are equal.\n",
      "\(result.stdout) \(result.stderr)")
  }

  @Test func anotherRowIsFound() throws {
    let sandbox = try Sandbox()
    // A copy of the scripts in which polars reads another file: one size differs in its last digit.
    let result = try sandbox.bash(
      #"""
      mkdir -p copy && cp -r '\#(repositoryRoot)/scripts' copy/
      mkdir -p copy/.build && ln -s '\#(repositoryRoot)/.build/compare' copy/.build/compare
      copy/scripts/compare-import out --quick --program "$program" --rows 5000 || exit 9
      sed -E '4001s/^([0-9]+,[0-9.]+,)[0-9.]+/\1777.125/' out/BTCUSDT-aggTrades-5000.csv > out/other.csv
      cmp -s out/BTCUSDT-aggTrades-5000.csv out/other.csv && exit 8
      sed -i 's/theirs = pl.read_csv(trades,/theirs = pl.read_csv(f"{folder}\/other.csv",/' \
        copy/scripts/compare/compare_import.py
      sed -i 's/def hold_rows_together(/&folder, /; s/  hold_rows_together(/&folder, /' \
        copy/scripts/compare/compare_import.py
      copy/scripts/compare-import out --quick --program "$program" --rows 5000
      """#)
    #expect(result.status == 1)
    #expect(result.stderr.contains(", 777.125 in polars"), "\(result.stderr)")
  }
}

/// Whether `scripts/compare-import --quick` finds what it needs.
private let hasPolars: Bool = {
  let line =
    """
    cd '\(repositoryRoot)' || exit 1
    for python in .build/compare/bin/python python3; do
      "$python" -c 'import polars' && exit 0
    done
    exit 1
    """
  return (try? runProgram("/usr/bin/env", ["bash", "-c", line]).status) == 0
}()
