import Foundation
import Support
import Testing

/// Ticks stream: four times as many take the same memory.
struct TicksMemoryTests {
  /// The greatest resident memory of the task, in KiB, as the system tells it while the process runs.
  private func peak(_ task: TickTask, ticks: Int) throws -> Int {
    let sandbox = try task.sandbox(ticks: ticks)
    let result = try sandbox.bash(
      """
      "$program" \(task.arguments(ticks).joined(separator: " ")) >/dev/null & process=$!
      while now=$(grep VmHWM /proc/$process/status 2>/dev/null); do peak=$now; done
      wait $process && echo "$peak"
      """)
    #expect(result.status == 0, "\(result.stderr)")
    let words = result.stdout.split(whereSeparator: \.isWhitespace)
    #expect(words.first == "VmHWM:" && words.last == "kB", "\(result.stdout)")
    return try #require(words.count == 3 ? Int(words[1]) : nil)
  }

  /// Held in memory, the ticks alone would take 14 MB more, and the table 30 MB; those of a merge 48 MB,
  /// which reads several blocks of each file ahead.
  @Test(arguments: TickTask.allCases) func memoryDoesNotGrowWithTheFile(_ task: TickTask) throws {
    let isMerge = task == .merging
    let few = try peak(task, ticks: isMerge ? 450_000 : 150_000)
    let many = try peak(task, ticks: isMerge ? 1_200_000 : 600_000)
    #expect(many - few < (isMerge ? 16_000 : 8_000), "\(task.rawValue): \(few) KiB, then \(many) KiB")
    #expect(many < 256 << 10)
  }
}
