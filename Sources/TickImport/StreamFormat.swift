import Market
import Platform

/// Messages of Binance's market streams as a recorder wrote them: one JSON object on each line, of a combined
/// stream or a single one, behind the time of its receipt or not.
struct StreamFormat: SourceFormat {
  let name = "binance-stream"
  let kind: SeriesKind? = nil
  let hasOwnKinds = true
  let content = InputContent.messages
  let firstLine =
    "{\"e\":\"trade\",…} or {\"stream\":…,\"data\":{…}}, behind the time of its receipt or not"

  func layout(of line: borrowing LineReader, isForced: Bool) throws -> ColumnLayout? {
    ColumnLayout(hasHeader: false, columnCount: 1, time: 0, prices: [])
  }

  func makeParser(_ context: ParserContext) throws -> any RecordParser { StreamParser(context) }
}

/// Reads `trade`, `aggTrade`, `bookTicker` and `markPriceUpdate`; other messages are counted by their kind.
///
/// The time of a trade and of a quote is that of the transaction (`T`), of a mark price that of the event
/// (`E`). A trade whose `X` is not `MARKET`, such as one of the insurance fund, is no print of the market.
final class StreamParser: RecordParser {
  /// What is known of one instrument.
  private struct Instrument {
    let symbol: String
    var series: [SeriesKind: UInt16] = [:]
    var funding: FundingWatch
    /// Whether single trades were met, and aggregated ones: where both are, the first kind is read.
    var readsAggregates: Bool?
  }

  private static let depth = Array("depthUpdate".utf8)
  private static let bookTicker = Array("bookTicker".utf8)
  private static let trade = Array("trade".utf8)
  private static let aggTrade = Array("aggTrade".utf8)
  private static let markPrice = Array("markPriceUpdate".utf8)
  private static let market = Array("MARKET".utf8)

  private let window: Int64
  private var scanner = MessageScanner()
  private var instruments: [[UInt8]: Instrument] = [:]
  private var last: (name: [UInt8], instrument: Instrument)?

  init(_ context: ParserContext) { window = context.plan.window }

  func parse(_ line: borrowing LineReader, into batch: inout RowBatch) throws {
    batch.counts.rows += 1
    let bytes = line.buffer.span
    do {
      try scanner.scan(bytes, line.range(of: 0), skipping: Self.depth)
    } catch {
      throw line.error(at: error.position, "no JSON object", expected: MessageScanner.expectation)
    }
    guard let event = scanner.range("e") else {
      if scanner.isSnapshot { return batch.skip("order book snapshot") }
      // Quotes of the spot market name neither their event nor its time.
      guard ["u", "s", "b", "a"].allSatisfy({ scanner.range($0) != nil }) else {
        return batch.skip("message of no market data")
      }
      return try quote(line, time: scanner.range("T") ?? scanner.stamp, into: &batch)
    }
    if MessageScanner.matches(bytes, event, Self.depth) {
      batch.skip("depthUpdate message")
    } else if MessageScanner.matches(bytes, event, Self.bookTicker) {
      try quote(line, time: try member("T", line), into: &batch)
    } else if MessageScanner.matches(bytes, event, Self.trade) {
      try trade(line, id: "t", isAggregate: false, into: &batch)
    } else if MessageScanner.matches(bytes, event, Self.aggTrade) {
      try trade(line, id: "a", isAggregate: true, into: &batch)
    } else if MessageScanner.matches(bytes, event, Self.markPrice) {
      try mark(line, into: &batch)
    } else {
      batch.skip("message of another kind")
    }
  }

  private func trade(
    _ line: borrowing LineReader, id: Unicode.Scalar, isAggregate: Bool, into batch: inout RowBatch
  ) throws {
    try withInstrument(line) { instrument in
      if instrument.readsAggregates == nil { instrument.readsAggregates = isAggregate }
      guard instrument.readsAggregates == isAggregate else {
        return batch.skip(isAggregate ? "aggTrade beside trade messages" : "trade beside aggTrade messages")
      }
      let time = try line.time(at: try member("T", line))
      settle(instrument.funding.pass(time), &instrument, &batch)
      let isMarket =
        scanner.range("X").map {
          MessageScanner.matches(line.buffer.span, $0, Self.market)
        } ?? true
      let place = try member("p", line)
      guard var row = try row(time, place, .trade, line, &instrument, &batch) else { return }
      row = row.sized(try line.size(at: try member("q", line)))
      row.id = try line.integer(at: try member(id, line))
      if !isMarket, let reason = scanner.range("X") {
        let shown = line.excerpt(reason)
        try batch.keep(
          Doubt.print,
          line.error(at: reason.lowerBound, "the trade is marked \(shown)", expected: "\"X\":\"MARKET\""))
        row.flags = 1
      }
      batch.rows.append(row)
    }
  }

  private func quote(_ line: borrowing LineReader, time: Range<Int>, into batch: inout RowBatch) throws {
    try withInstrument(line) { instrument in
      let time = try line.time(at: time)
      settle(instrument.funding.pass(time), &instrument, &batch)
      let id = try scanner.range("u").map { try line.integer(at: $0) } ?? ImportRow.noID
      for (kind, price, size) in Self.sides {
        guard let row = try row(time, try member(price, line), kind, line, &instrument, &batch)
        else { continue }
        batch.rows.append(row.sized(try line.size(at: try member(size, line))).numbered(id))
      }
    }
  }

  private static let sides: [(SeriesKind, Unicode.Scalar, Unicode.Scalar)] = [
    (.bid, "b", "B"), (.ask, "a", "A"),
  ]

  private func mark(_ line: borrowing LineReader, into batch: inout RowBatch) throws {
    try withInstrument(line) { instrument in
      let time = try line.time(at: try member("E", line))
      for (kind, name) in [(SeriesKind.mark, Unicode.Scalar("p")), (.index, "i")] {
        guard kind == .mark || scanner.range(name) != nil else { continue }
        if let row = try row(time, try member(name, line), kind, line, &instrument, &batch) {
          batch.rows.append(row)
        }
      }
      guard let rate = scanner.range("r"), !rate.isEmpty, let next = scanner.range("T"),
        try line.integer(at: next) > 0
      else { return }
      let named = FundingWatch.Settlement(
        time: try line.time(at: next), rate: try line.fundingRate(at: rate), line: line.line,
        column: line.column(at: rate.lowerBound))
      settle(instrument.funding.update(time, named), &instrument, &batch)
    }
  }

  /// A row with a price; nil where the price is none.
  private func row(
    _ time: Int64, _ place: Range<Int>, _ kind: SeriesKind, _ line: borrowing LineReader,
    _ instrument: inout Instrument, _ batch: inout RowBatch
  ) throws -> ImportRow? {
    let price = try line.decimal(at: place, kind.rawValue)
    guard price.mantissa > 0 else {
      try batch.drop(
        Doubt.price,
        line.error(
          at: place.lowerBound, "the \(kind.rawValue) is \(line.excerpt(place))",
          expected: "a price above zero"))
      return nil
    }
    let series = try series(kind, &instrument, &batch)
    return ImportRow(time, price, series: series, line: line.line)
      .at(time: 1, price: line.column(at: place.lowerBound))
  }

  private func settle(
    _ settlement: FundingWatch.Settlement?, _ instrument: inout Instrument, _ batch: inout RowBatch
  ) {
    guard let settlement, let series = try? series(.funding, &instrument, &batch) else { return }
    batch.rows.append(
      ImportRow(settlement.time, settlement.rate, series: series, line: settlement.line)
        .at(time: 1, price: settlement.column)
        .numbered(settlement.time))
  }

  private func series(
    _ kind: SeriesKind, _ instrument: inout Instrument, _ batch: inout RowBatch
  ) throws -> UInt16 {
    if let known = instrument.series[kind] { return known }
    let series = try batch.series(SeriesKey(symbol: instrument.symbol, kind: kind))
    instrument.series[kind] = series
    return series
  }

  private func member(_ name: Unicode.Scalar, _ line: borrowing LineReader) throws -> Range<Int> {
    if let range = scanner.range(name) { return range }
    throw line.error(
      at: line.range(of: 0).lowerBound, "the message has no member '\(name)'",
      expected: "the members that the exchange sends")
  }

  /// Finds the instrument of the message, which is mostly that of the one before.
  private func withInstrument(
    _ line: borrowing LineReader, _ body: (inout Instrument) throws -> Void
  ) throws {
    let place = try member("s", line)
    if last == nil || !line.matches(place, last?.name ?? []) {
      if let last { instruments[last.name] = last.instrument }
      let name = Array(line.buffer[place])
      let symbol = String(decoding: name, as: UTF8.self)
      guard Name.isValid(symbol) else {
        throw line.error(
          at: place.lowerBound, "the symbol is \(line.excerpt(place))", expected: Name.expectation)
      }
      last = (
        name, instruments[name] ?? Instrument(symbol: symbol, funding: FundingWatch(window: window))
      )
    }
    guard var instrument = last?.instrument else { return }
    defer { last?.instrument = instrument }
    try body(&instrument)
  }
}
