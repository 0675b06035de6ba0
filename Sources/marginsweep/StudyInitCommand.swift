internal import ArgumentParser
internal import Platform

/// `study init`.
struct StudyInitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Writes a commented study to begin with.")

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"))
  var out = "-"

  @Flag(help: "Replace an existing file.")
  var force = false

  func run() throws {
    try AtomicFile.write(StudyTemplate.text, to: out, force: force)
    if out != "-" { try Console.write("\(out): edit it, then 'marginsweep study check \(out)'") }
  }
}
