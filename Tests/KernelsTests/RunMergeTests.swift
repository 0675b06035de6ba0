import Kernels
import Random
import Support
import Testing

/// Merging sorted runs against a sort that keeps equal numbers in their order.
struct RunMergeTests {
  private func check(_ runs: [[Int64]], _ merge: inout RunMerge) {
    let row = runs.flatMap { $0 }
    var ends: [Int] = []
    for run in runs { ends.append((ends.last ?? 0) + run.count) }
    merge.merge(row, ends: ends)
    let expected = row.indices.sorted { (row[$0], $0) < (row[$1], $1) }
    #expect(merge.order.map(Int.init) == expected)
    #expect(merge.sorted == expected.map { row[$0] })
  }

  @Test func equalNumbersComeInTheOrderOfTheRuns() {
    var merge = RunMerge()
    merge.merge([1, 5, 5, 9, 0, 5, 9, 5, 7], ends: [4, 7, 9])
    #expect(merge.sorted == [0, 1, 5, 5, 5, 5, 7, 9, 9])
    #expect(merge.order == [4, 0, 1, 2, 5, 7, 8, 3, 6])
    merge.merge([], ends: [])
    #expect(merge.order.isEmpty && merge.sorted.isEmpty)
    merge.merge([3, 4], ends: [0, 2, 2])
    #expect(merge.sorted == [3, 4] && merge.order == [0, 1])
  }

  /// Runs that interleave, that have stretches of their own, that follow each other, and that are equal.
  @Test func anyRunsAreMergedAsASortDoes() throws {
    var random = RandomStream(seed: 71, stream: 0, purpose: 0)
    var merge = RunMerge()
    try withEvery("runs", in: [1, 2, 3, 4, 5, 8, 13]) { count in
      try withEvery("step", in: [0, 1, 2, 1_000]) { step in
        try withEvery("turn", in: 0..<12) { turn in
          let runs = (0..<count).map { _ -> [Int64] in
            let length = [0, 1, 2, 15, 16, 17, 40, 600][random.choice(count: 8)]
            var number = Int64(random.choice(count: [1, 50, 3_000][turn % 3]))
            if turn == 0 { number = .min }
            return (0..<length).map { _ in
              // Now and then a stretch without the others.
              number += Int64(random.choice(count: step + 1)) * (random.choice(count: 30) == 0 ? 40 : 1)
              return number
            }
          }
          check(runs, &merge)
        }
      }
    }
  }

  @Test func theLargestAndTheSmallestNumbers() {
    var merge = RunMerge()
    check([[.min, .min, 0, .max], [.min, .max, .max], [.min], [.max]], &merge)
    let many = [Int64](repeating: .max, count: 40)
    check([many, many, [Int64](repeating: .min, count: 40) + many], &merge)
  }
}
