import Platform
import TickFile

/// An input that is being read: its lines, its parser and the ticks not yet taken.
final class InputReader {
  private var reader: LineReader
  private let parser: any RecordParser
  private var queue = TickQueue()
  private var isAtEnd = false

  /// Opens the input that was looked into, at its first record.
  init(
    _ plan: InputPlan, _ request: ImportRequest, _ sink: any TickSink, _ ledger: SeriesLedger,
    _ counter: ReadCounter
  ) throws {
    reader = LineReader(try plan.stream ?? InputStream.open(plan.path, counter: counter), path: plan.path)
    guard try reader.next() else {
      throw InputError(SourceLocation(path: plan.path), "the file became empty", expected: "records")
    }
    let layout = try InputPlan.recognise(reader, request).layout
    parser = try plan.format.makeParser(
      ParserContext(
        plan: plan, layout: layout, candlePath: request.candlePath, sink: sink, ledger: ledger))
    if !layout.hasHeader { try parser.parse(reader, into: &queue) }
    try fill()
  }

  /// The next tick, which stays; nil at the end.
  var first: Tick? { queue.first }
  /// What was read so far.
  var counts: RecordCounts { parser.counts }
  /// Plain bytes read so far.
  var bytesRead: Int { reader.bytesRead }

  /// Takes the next tick away and reads on where none is left.
  func removeFirst() throws {
    queue.removeFirst()
    if queue.first == nil { try fill() }
  }

  private func fill() throws {
    while queue.first == nil, !isAtEnd {
      if try reader.next() {
        try parser.parse(reader, into: &queue)
      } else {
        isAtEnd = true
        try parser.finish(reader)
      }
    }
  }
}
