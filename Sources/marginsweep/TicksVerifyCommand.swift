internal import ArgumentParser
internal import Market
internal import Platform
internal import Report
internal import TickFile

/// `ticks verify`.
struct TicksVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks every byte of tick files: digests, order of time, ranges, counts.",
    discussion: """
      Ends with 3 at the first damaged file. With --repair, everything up to the last whole block is \
      written to a new file; the damaged file stays as it is.
      """)

  @Argument(help: ArgumentHelp("Tick files.", valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("Save what is whole of one damaged file into this file.", valueName: "file"))
  var repair: String?

  @Flag(help: "Replace an existing file.")
  var force = false

  @Flag(help: "Print JSON: one object a line and file.")
  var json = false

  func validate() throws {
    if repair != nil, files.count != 1 { throw ValidationError("--repair takes exactly one file.") }
    if repair == "-", json {
      throw ValidationError("--repair - and --json would both write to standard output.")
    }
  }

  func run() throws {
    for path in files {
      if let repair { try save(path, to: repair) } else { try verify(path) }
    }
  }

  private func verify(_ path: String) throws {
    let found = try TickFileVerifier(path: path).verify()
    guard json else {
      return try Console.write(
        "\(path): \(found.tickCount) ticks in \(found.blockCount) blocks and \(found.frameCount) frames "
          + "are whole, digest \(digestText(found.digest))")
    }
    try Console.write(
      .object([
        ("path", .text(path)), ("ticks", .integer(found.tickCount)),
        ("blocks", .integer(found.blockCount)), ("frames", .integer(found.frameCount)),
        ("bytes", .integer(found.compressedSize)), ("digest", .text(digestText(found.digest))),
        ("content_digest", .text(digestText(found.contentDigest))),
      ]))
  }

  private func save(_ path: String, to output: String) throws {
    let saved = try TickFileVerifier(path: path).repair(to: output, force: force, tool: Program.tool)
    guard json else {
      var text = "\(output): saved \(saved.tickCount) ticks of \(saved.blockCount) whole blocks"
      if let last = saved.lastTime { text += " up to \(last)" }
      text += "; \(saved.lostBytes) bytes of \(path) are lost"
      if let fault = saved.fault { text += " (\(fault))" }
      return try Console.report(text, besides: output)
    }
    try Console.write(
      .object([
        ("path", .text(path)), ("repaired", .text(output)),
        ("ticks", .integer(saved.tickCount)),
        ("blocks", .integer(saved.blockCount)), ("lost_bytes", .integer(saved.lostBytes)),
        ("last", .optional(saved.lastTime?.description)), ("fault", .optional(saved.fault)),
      ]))
  }
}
