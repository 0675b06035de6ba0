import Foundation
import Platform
import Support
import Testing

/// `sweep` with each of the kernels that this processor can run, and with those that it cannot.
struct KernelTests {
  private static let supported = KernelLevel.allCases.filter(\.isSupported)

  private func kernel(_ sandbox: Sandbox, _ run: String) throws -> String? {
    let manifest = try JSONSerialization.jsonObject(with: Data(try sandbox.bytes("\(run)/manifest.json")))
    let engine = (manifest as? [String: Any])?["engine"] as? [String: Any]
    return engine?["kernel"] as? String
  }

  @Test func everyKernelGivesTheSameBytesAndIsNamed() throws {
    let sandbox = try SweepFixture.crash()
    for engine in ["pruned", "dense"] {
      for level in Self.supported {
        let result = try sandbox.run(
          "sweep", "study.yaml", "--engine", engine, "--kernel", level.rawValue, "--set",
          "population.accounts=150", "--out", "\(engine)-\(level.rawValue)")
        #expect(result.status == 0, "\(result.stderr)")
        #expect(try kernel(sandbox, "\(engine)-\(level.rawValue)") == level.rawValue)
      }
    }
    let first = "pruned-\(KernelLevel.baseline.rawValue)"
    let files = try FileManager.default.contentsOfDirectory(atPath: sandbox.file(first))
      .filter { $0.hasSuffix(".csv") }
    #expect(files.contains("points.csv") && files.contains("liquidations.csv"))
    #expect(!Table(try sandbox.text("\(first)/liquidations.csv")).rows.isEmpty)
    for engine in ["pruned", "dense"] {
      for level in Self.supported {
        for file in files {
          let (ours, other) = ("\(first)/\(file)", "\(engine)-\(level.rawValue)/\(file)")
          #expect(try sandbox.bytes(ours) == sandbox.bytes(other), "\(other)")
        }
      }
    }
  }

  @Test func withoutAChoiceTheBestKernelRuns() throws {
    let sandbox = try SweepFixture.plain()
    #expect(try sandbox.run("sweep", "study.yaml", "--out", "run").status == 0)
    #expect(try kernel(sandbox, "run") == Self.supported.last?.rawValue)
    let forced = try sandbox.run(
      "sweep", "study.yaml", "--out", "forced", environment: [KernelLevel.variable: "baseline"])
    #expect(forced.status == 0)
    #expect(try kernel(sandbox, "forced") == "baseline")
  }

  /// It is wrong usage, like any other word that an option does not know, wherever it stands.
  @Test func aNameOfNoKernelIsRefused() throws {
    let sandbox = try SweepFixture.plain()
    let option = try sandbox.run("sweep", "study.yaml", "--out", "run", "--kernel", "avx2")
    #expect(option.status == 64)
    for level in KernelLevel.allCases { #expect(option.firstErrorLine.contains("'\(level.rawValue)'")) }
    let variable = try sandbox.run(
      "sweep", "study.yaml", "--out", "run", environment: [KernelLevel.variable: "avx2"])
    #expect(variable.status == 64)
    #expect(
      variable.firstErrorLine
        == "MARGINSWEEP_KERNEL: no kernel is called avx2, expected baseline, v3, v4")
    #expect(try sandbox.names() == ["study.yaml", "t.ticks.zst", "ticks.csv", "venue.yaml"])
  }

  @Test(.enabled(if: !KernelLevel.v4.isSupported, "this processor can run every kernel"))
  func whatTheProcessorLacksIsRefused() throws {
    let sandbox = try SweepFixture.plain()
    for level in KernelLevel.allCases where !level.isSupported {
      let result = try sandbox.run("sweep", "study.yaml", "--out", "run", "--kernel", level.rawValue)
      let names = Self.supported.map(\.rawValue).joined(separator: ", ")
      #expect(result.status == 2)
      #expect(
        result.firstErrorLine
          == "--kernel: this processor cannot run the kernel \(level.rawValue), expected \(names)")
    }
  }
}
