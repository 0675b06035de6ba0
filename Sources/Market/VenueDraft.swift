internal import Platform

/// A venue on its way from an exchange's answers to a file: the figures with the places that they came from.
struct VenueDraft {
  /// An asset's entry.
  struct Asset {
    let name: String
    /// Whether it backs no position and is only listed so that it has a value.
    let isIdle: Bool
    let indexFrom: String?
    /// The four buffers in the order of ``ImportHaircut/keys``; empty for none.
    let buffers: [Document.Node]
    let threshold: Document.Node?
  }

  /// An instrument's entry.
  struct Instrument {
    let name: String
    let base: String
    let margin: String
    let lot: Document.Node
    let takerFee: Document.Node
    let liquidationFee: Document.Node
    let brackets: BracketAnswer.Brackets
    let place: SourceLocation
  }

  let name: String
  let source: String
  let assets: [Asset]
  let instruments: [Instrument]
  let ltv: Document.Node?
  /// Whether the coins back no position.
  let isSingleAsset: Bool
  /// What a reader of the file should know.
  let notes: [String]
  let place: SourceLocation

  /// Whether an asset is taken for worth 1 USD: no answer says so.
  static func isStable(_ name: String) -> Bool {
    ["USDT", "USDC", "BUSD", "FDUSD", "TUSD", "USDP"].contains(name)
  }

  /// The contract that prices an asset: a perpetual against USDT, else against another stable, else any; the
  /// first of several.
  static func pricing(_ asset: String, _ instruments: [Instrument]) -> Instrument? {
    let own = instruments.filter { $0.base == asset }
    let perpetual = own.filter { isStable($0.margin) && !$0.name.contains("_") }
    return perpetual.first { $0.margin == "USDT" } ?? perpetual.first ?? own.first
  }

  /// The venue as the reader of venue files sees it.
  var root: Document.Node {
    let rules: [(String, Document.Node)] = [
      ("name", text(name)), ("source", Document.Node.scalar(source, isQuoted: true, at: place)),
      ("assets", mapping(assets.map { ($0.name, mapping(entries(of: $0))) })),
      ("instruments", mapping(instruments.map { ($0.name, node(of: $0)) })),
      ("liquidation", mapping(Self.liquidation.map { ($0.key, text($0.value, isQuoted: $0.isQuoted)) })),
      ("auto_exchange", mapping(autoExchange.map { ($0.key, $0.value) })),
    ]
    return mapping(rules).labelled("")
  }

  /// What an asset's entry says, in the order of the file.
  func entries(of asset: Asset) -> [(String, Document.Node)] {
    var entries: [(String, Document.Node)] = []
    if Self.isStable(asset.name) { entries.append(("stable", text("true"))) }
    if let instrument = asset.indexFrom { entries.append(("index_from", text(instrument))) }
    if asset.isIdle { entries.append(("bid_buffer", text("1"))) }
    entries += zip(ImportHaircut.keys, asset.buffers).map { ($0, $1) }
    if let threshold = asset.threshold { entries.append(("auto_threshold", threshold)) }
    return entries
  }

  /// What an instrument's entry says before its brackets, in the order of the file.
  func entries(of instrument: Instrument) -> [(String, Document.Node)] {
    [
      ("base", .scalar(instrument.base, at: instrument.place)),
      ("margin_asset", .scalar(instrument.margin, at: instrument.place)), ("lot", instrument.lot),
      ("taker_fee", instrument.takerFee), ("liquidation_fee", instrument.liquidationFee),
    ]
  }

  private func node(of instrument: Instrument) -> Document.Node {
    .imported(
      entries(of: instrument) + [("brackets", instrument.brackets.node)], at: instrument.place)
  }

  /// The rules of liquidation, which no answer holds, with the reason for each.
  static let liquidation: [(key: String, value: String, isQuoted: Bool, why: String)] = [
    ("comparator", "<=", true, "both <= and < are published; <= is an assumption"),
    ("rule", "none", false, "how much a first order takes off is in no answer, so the pool is closed whole"),
    ("pick", "largest_maintenance", false, "which position goes first is in no answer either"),
  ]

  /// The rules of auto-exchange, which no answer holds either.
  var autoExchange: [(key: String, value: Document.Node, why: String)] {
    var rules = [
      (key: "order", value: text("pro_rata"), why: "by gross value; an assumption")
    ]
    if let ltv {
      rules.append((key: "ltv", value: ltv, why: "given by hand"))
      rules.append((key: "ltv_scope", value: text("flat"), why: "only accounts without open positions"))
    }
    return rules
  }

  private func text(_ text: String, isQuoted: Bool = false) -> Document.Node {
    .scalar(text, isQuoted: isQuoted, at: place)
  }

  private func mapping(_ entries: [(String, Document.Node)]) -> Document.Node {
    .imported(entries, at: place)
  }
}
