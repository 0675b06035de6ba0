internal import Platform
internal import Report

/// The standard streams as commands use them.
enum Console {
  /// Writes text that ends in a line feed to standard output, at once.
  static func write(_ text: String) throws {
    let sink = ByteSink.standardOutput()
    try sink.write(text.hasSuffix("\n") ? text : text + "\n")
    try sink.flush()
  }

  /// Writes an answer of `--json`: one object on one line.
  static func write(_ answer: JSONValue) throws { try write(answer.document(depth: 0)) }

  /// Writes a message to standard error. Nobody can be told where that fails.
  static func note(_ text: String) {
    let sink = ByteSink.standardError()
    try? sink.write(text + "\n")
    try? sink.flush()
  }

  /// Tells what a command did: on standard output, or on standard error where the result itself went there.
  static func report(_ text: String, besides output: String) throws {
    if output == "-" { note(text) } else { try write(text) }
  }
}
