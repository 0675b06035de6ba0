import Support
import Testing

/// The example studies of the repository in a sandbox, run as their head comments say.
enum StudyFolder {
  /// A sandbox with `data/studies/NAME…`, in which the commands of the study's comment have been run.
  static func run(_ name: String, files: [String]) throws -> Sandbox {
    let sandbox = try Sandbox()
    for file in [name + ".yaml"] + files {
      try sandbox.write("data/studies/\(file)", try text(file))
    }
    let commands = try text(name + ".yaml").split(separator: "\n").filter { $0.hasPrefix("#   marginsweep ") }
    #expect(commands.count == 2)
    for command in commands {
      try succeed(try sandbox.bash("\"$program\" " + command.dropFirst("#   marginsweep ".count)))
    }
    return sandbox
  }

  /// A study or what belongs to it.
  static func text(_ file: String) throws -> String {
    try readText("\(repositoryRoot)/data/studies/\(file)")
  }
}

extension Table {
  /// The rows where the column has this value.
  func rows(_ column: String, _ value: String) -> [[String: String]] { rows.filter { $0[column] == value } }
}

/// The number in a cell; not a number where there is none.
func number(_ row: [String: String], _ column: String) -> Double {
  row[column].flatMap(Double.init) ?? .nan
}
