internal import Platform

/// The leverage tables of an exchange's answer, or of a dump that keeps the answer's rows.
struct BracketAnswer {
  /// One symbol's table.
  struct Table {
    /// The symbol as the exchange spells it: `BTCUSDT`, `BTCUSDT_241227`.
    let symbol: String
    /// The key under which the file has it.
    let key: String
    /// Where the symbol stands.
    let location: SourceLocation
    /// Base and margin asset, where the key says them.
    let assets: (base: String, margin: String)?
    /// What holds the rows.
    let rows: Document.Node
    /// Whether each row keeps the exchange's own record under `info`.
    let isDump: Bool
  }

  /// A table as a venue file has it.
  struct Brackets {
    /// A sequence of `{floor, rate, max_leverage, amount}`.
    let node: Document.Node
    /// The notional above which no position may be opened, in the margin asset; nil where there is none.
    let cap: ExactDecimal?
    /// Rows that begin where they end and so cover nothing.
    let emptyRows: Int
  }

  /// The tables in the order of the file.
  let tables: [Table]

  /// Recognises the form: a mapping of symbols to rows (a dump), a sequence of symbols with their
  /// brackets, or one symbol with its brackets (the answer to a question about one symbol).
  init(_ document: Document) throws {
    let root = document.root
    switch root.content {
    case .mapping where root["brackets"] != nil:
      tables = [try Self.answered(root)]
    case .mapping(let entries):
      tables = try entries.map(Self.dumped)
    case .sequence(let items):
      tables = try items.map(Self.answered)
    case .scalar:
      throw root.error(expected: "the answer of leverageBracket, or a mapping of symbols to their tiers")
    }
    guard !tables.isEmpty else { throw root.error(expected: "at least one symbol") }
    var seen: Set<String> = []
    for table in tables where !seen.insert(table.symbol).inserted {
      throw InputError(
        table.location, "\(Document.Node.shortened(table.symbol)) stands twice", expected: "every symbol once"
      )
    }
  }

  private static func answered(_ node: Document.Node) throws -> Table {
    let symbol = try node.answered("symbol")
    if let own = node["notionalCoef"], try own.answeredNumber().double() != 1 {
      throw own.error(expected: "1: the brackets of an account that has no multiplier of its own")
    }
    let text = try symbol.text(limit: 256)
    return Table(
      symbol: text, key: text, location: symbol.location, assets: nil, rows: try node.answered("brackets"),
      isDump: false)
  }

  /// `BTC/USDT`, `BTC/USDT:USDT`, `BTC/USDT:USDT-241227`, or the exchange's own spelling.
  private static func dumped(_ entry: Document.Entry) throws -> Table {
    // An exchange that refuses a question answers with a code and a message.
    guard case .sequence = entry.value.content else {
      throw entry.value.error(expected: "the tiers of a symbol, or the answer of leverageBracket")
    }
    let pair = entry.key.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard pair.count == 2 else {
      return Table(
        symbol: entry.key, key: entry.key, location: entry.location, assets: nil, rows: entry.value,
        isDump: true)
    }
    let contract = pair[1].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let settled = contract.last?.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false) ?? []
    let (base, quote) = (String(pair[0]), String(contract.first ?? ""))
    let margin = contract.count == 2 ? String(settled.first ?? "") : quote
    guard margin == quote else {
      throw InputError(
        entry.location, "\(Document.Node.shortened(entry.key)) is settled in another asset than its quote",
        expected: "linear contracts")
    }
    let date = contract.count == 2 && settled.count == 2 ? "_" + settled[1] : ""
    return Table(
      symbol: base + quote + date, key: entry.key, location: entry.location, assets: (base, margin),
      rows: entry.value, isDump: true)
  }
}

extension BracketAnswer.Table {
  /// The rows in the form of a venue file, numbers digit by digit as the exchange wrote them.
  func brackets(label: String) throws -> BracketAnswer.Brackets {
    let items = try rows.items("a sequence of brackets")
    guard (1...Bracket.rowLimit).contains(items.count) else {
      throw InputError(
        rows.location, "\(rows.label) has \(items.count) rows", expected: "1 to \(Bracket.rowLimit) brackets")
    }
    var kept: [Document.Node] = []
    var cap: ExactDecimal?
    for item in items {
      let record = isDump ? try item.answered("info") : item
      if isDump { try checkAgreement(of: item, with: record) }
      let floor = try record.answered("notionalFloor").answeredNumber()
      let top = try record.answered("notionalCap")
      let (low, high) = (try floor.double(), try top.answeredDouble())
      guard low <= high else { throw top.error(expected: "no less than the floor") }
      // Where there is no cap, exchanges write the largest whole number that they have.
      if case .scalar(let scalar) = top.content { cap = ExactDecimal(scalar.text) }
      if low == high { continue }
      let row: [(String, Document.Node)] = [
        ("floor", floor), ("rate", try record.answered("maintMarginRatio").answeredNumber()),
        ("max_leverage", try record.answered("initialLeverage").answeredNumber()),
        ("amount", try record.answered("cum").answeredNumber()),
      ]
      kept.append(.imported(row, at: item.location))
    }
    guard !kept.isEmpty else { throw rows.error(expected: "a bracket that covers something") }
    let node = Document.Node(.sequence(kept), at: rows.location).labelled(label)
    return BracketAnswer.Brackets(node: node, cap: cap, emptyRows: items.count - kept.count)
  }

  /// A dump repeats the figures in its own words; where the two differ, one of them is not the exchange's.
  private func checkAgreement(of item: Document.Node, with record: Document.Node) throws {
    let names = [
      ("notionalFloor", "notionalFloor"), ("minNotional", "notionalFloor"),
      ("notionalCap", "notionalCap"), ("maxNotional", "notionalCap"),
      ("maintenanceMarginRatio", "maintMarginRatio"), ("maintenanceMarginRate", "maintMarginRatio"),
      ("maxLeverage", "initialLeverage"),
    ]
    for (own, raw) in names {
      guard let said = item[own] else { continue }
      let recorded = try record.answered(raw)
      guard try said.answeredDouble() == recorded.answeredDouble() else {
        throw said.error(expected: "\(recorded.summary), as in info.\(raw)")
      }
    }
  }
}

extension Document.Node {
  /// A mapping made of values that keep their own places.
  static func imported(_ entries: [(String, Document.Node)], at place: SourceLocation) -> Document.Node {
    Document.Node(.mapping(entries.map { Document.Entry(key: $0, at: place, value: $1) }), at: place)
  }
}
