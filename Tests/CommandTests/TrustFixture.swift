import Foundation
import Support
import Testing

/// What writes a tick file, or a table of one; each with its inputs in a sandbox.
enum TickTask: String, CaseIterable {
  case importing = "import"
  case importingPacked = "import, packed"
  case generating = "generate"
  case merging = "merge"
  case exporting = "export"
  case exportingPacked = "export, packed"
  case repairing = "verify --repair"

  /// The name of what it writes.
  var output: String {
    switch self {
    case .exporting: "out.csv"
    case .exportingPacked: "out.csv.zst"
    default: "out.ticks.zst"
    }
  }

  /// The names of what it reads.
  var inputs: [String] {
    switch self {
    case .importing: ["in.csv"]
    case .importingPacked: ["in.csv.zst"]
    case .generating: []
    case .merging: ["in.ticks.zst", "more.ticks.zst"]
    case .exporting, .exportingPacked: ["in.ticks.zst"]
    case .repairing: ["cut.ticks.zst"]
    }
  }

  /// The call, with `ticks` ticks in each input.
  func arguments(_ ticks: Int) -> [String] {
    switch self {
    case .importing, .importingPacked: ["ticks", "import"] + inputs + ["--out", output]
    case .generating: Self.generate(ticks, seed: 7, output)
    case .merging: ["ticks", "merge"] + inputs + ["--out", output]
    case .exporting, .exportingPacked: ["ticks", "export"] + inputs + ["--out", output]
    case .repairing: ["ticks", "verify"] + inputs + ["--repair", output]
    }
  }

  private static func generate(_ ticks: Int, seed: Int, _ name: String) -> [String] {
    ["ticks", "generate", "--ticks", "\(ticks)", "--seed", "\(seed)", "--out", name]
  }

  /// A folder with the inputs alone, of `ticks` generated ticks each.
  func sandbox(ticks: Int) throws -> Sandbox {
    let sandbox = try Sandbox()
    func make(_ arguments: [String]) throws {
      let result = try runBinary(arguments, directory: sandbox.path)
      #expect(result.status == 0, "\(result.stderr)")
    }
    guard self != .generating else { return sandbox }
    try make(Self.generate(ticks, seed: 1, "in.ticks.zst"))
    switch self {
    case .importing, .importingPacked:
      try make(["ticks", "export", "in.ticks.zst", "--out", inputs[0]])
    case .merging: try make(Self.generate(ticks, seed: 2, "more.ticks.zst") + ["--instrument", "SOLUSDT"])
    // Without its last byte the file has no index, but its blocks are whole.
    case .repairing: try sandbox.write(inputs[0], bytes: try sandbox.bytes("in.ticks.zst").dropLast())
    default: break
    }
    for name in try sandbox.names() where !inputs.contains(name) {
      try FileManager.default.removeItem(atPath: sandbox.file(name))
    }
    return sandbox
  }

  /// Runs it in the folder.
  func run(
    in sandbox: Sandbox, ticks: Int, more: [String] = [], faults: String? = nil
  ) throws -> BinaryResult {
    try runBinary(
      arguments(ticks) + more, environment: faults.map { ["MARGINSWEEP_FAULTS": $0] } ?? [:],
      directory: sandbox.path)
  }
}

extension Sandbox {
  /// The bytes of every file in the folder, by name.
  func contents() throws -> [String: [UInt8]] {
    try Dictionary(uniqueKeysWithValues: names().map { ($0, try bytes($0)) })
  }
}
