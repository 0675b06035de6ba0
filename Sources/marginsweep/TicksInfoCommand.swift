internal import ArgumentParser
internal import Market
internal import Platform
internal import Report
internal import TickFile

/// `ticks info`.
struct TicksInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Tells what a tick file holds: series, counts, times, prices, blocks, compression.",
    discussion: "Reads the header and the index alone; 'ticks verify' checks every byte.")

  @Argument(help: ArgumentHelp("Tick files.", valueName: "file"))
  var files: [String]

  @Flag(help: "Print JSON: one object a line and file.")
  var json = false

  func run() throws {
    for (number, path) in files.enumerated() {
      let info = TickFileInfo(try TickFileReader(path: path))
      if json {
        try Console.write(answer(info))
      } else {
        try Console.write((number > 0 ? "\n" : "") + text(info))
      }
    }
  }

  private func text(_ info: TickFileInfo) -> String {
    var table = TextTable([
      ("series", .left), ("ticks", .right), ("first", .left), ("last", .left), ("lowest", .right),
      ("highest", .right),
    ])
    for series in info.series {
      table.add([
        series.key.description, "\(series.count)", series.times?.lowerBound.description ?? "",
        series.times?.upperBound.description ?? "", series.lowest?.description ?? "",
        series.highest?.description ?? "",
      ])
    }
    var lines = ["\(info.path): format \(info.version), digest \(digestText(info.digest))"]
    lines.append("source: \(info.metadata.source)")
    lines.append("made by: \(info.metadata.tool)")
    lines += info.metadata.notes.map { "\($0.key): \($0.value)" }
    for (reason, count) in info.metadata.dropped.sorted(by: { $0.key < $1.key }) {
      lines.append("dropped: \(count) (\(reason))")
    }
    var sizes = "\(info.tickCount) ticks in \(info.blockCount) blocks, \(ByteSize.text(info.compressedSize))"
    if let perTick = info.bytesPerTick {
      sizes += ", \(NumberText.shortest((perTick * 100).rounded() / 100)) bytes a tick"
    }
    lines.append(sizes)
    let columns = info.columnSizes.sorted { $0.key < $1.key }
    lines.append("bytes: " + columns.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
    return lines.joined(separator: "\n") + "\n\n" + table.text
  }

  private func answer(_ info: TickFileInfo) -> JSONValue {
    let series = info.series.map { series in
      JSONValue.object([
        ("symbol", .text(series.key.symbol)), ("kind", .text(series.key.kind.rawValue)),
        ("ticks", .integer(series.count)), ("first", .optional(series.times?.lowerBound.description)),
        ("last", .optional(series.times?.upperBound.description)), ("lowest", decimal(series.lowest)),
        ("highest", decimal(series.highest)),
      ])
    }
    let columns = info.columnSizes.sorted { $0.key < $1.key }
    return .object([
      ("path", .text(info.path)), ("format", .integer(info.version)),
      ("digest", .text(digestText(info.digest))), ("source", .text(info.metadata.source)),
      ("tool", .text(info.metadata.tool)),
      ("notes", .object(info.metadata.notes.map { ($0.key, .text($0.value)) })),
      (
        "dropped",
        .object(
          info.metadata.dropped.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })
      ),
      ("ticks", .integer(info.tickCount)), ("blocks", .integer(info.blockCount)),
      ("bytes", .integer(info.compressedSize)),
      ("bytes_per_tick", info.bytesPerTick.map { .number($0) } ?? .null),
      ("column_bytes", .object(columns.map { ($0.key, .integer($0.value)) })),
      ("first", .optional(info.times?.lowerBound.description)),
      ("last", .optional(info.times?.upperBound.description)),
      ("series", .array(series)),
    ])
  }
}

/// An exact number; null where there is none.
private func decimal(_ value: ExactDecimal?) -> JSONValue { value.map { .raw($0.description) } ?? .null }

/// A digest as 16 hexadecimal digits.
func digestText(_ digest: UInt64) -> String {
  let digits = String(digest, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
