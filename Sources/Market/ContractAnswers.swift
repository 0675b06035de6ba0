internal import Platform

/// What `exchangeInfo` says of contracts and margin assets.
struct ContractAnswer {
  /// One contract.
  struct Contract {
    let base: String
    let margin: String
    let lot: Document.Node
    let liquidationFee: Document.Node?
  }

  /// The contracts by their symbol.
  private(set) var contracts: [String: Contract] = [:]
  /// Auto-exchange thresholds by asset, in units of the asset.
  private(set) var thresholds: [String: Document.Node] = [:]
  /// Where the file begins, for messages.
  let location: SourceLocation

  init(_ document: Document) throws {
    location = document.root.location
    for item in try document.root.answered("symbols").items("a sequence of symbols") {
      let symbol = try item.answered("symbol")
      let name = try symbol.text(limit: 256)
      guard contracts[name] == nil else {
        throw InputError(
          symbol.location, "\(Document.Node.shortened(name)) stands twice", expected: "every symbol once")
      }
      contracts[name] = Contract(
        base: try item.answered("baseAsset").text(limit: 256),
        margin: try item.answered("marginAsset").text(limit: 256), lot: try Self.lot(item),
        liquidationFee: try item["liquidationFee"]?.answeredNumber())
    }
    guard let assets = document.root["assets"], !assets.isNull else { return }
    for item in try assets.items("a sequence of assets") {
      let name = try item.answered("asset").text(limit: 256)
      guard let threshold = item["autoAssetExchange"], !threshold.isNull else { continue }
      thresholds[name] = try threshold.answeredNumber()
    }
  }

  /// The step of quantities. Market orders may have a coarser one, but a liquidation is a limit order.
  private static func lot(_ item: Document.Node) throws -> Document.Node {
    let filters = try item.answered("filters")
    for filter in try filters.items("a sequence of filters") {
      guard case .scalar(let kind) = try filter.answered("filterType").content, kind.text == "LOT_SIZE" else {
        continue
      }
      return try filter.answered("stepSize").answeredNumber()
    }
    throw InputError(
      filters.location, "\(filters.label) has no LOT_SIZE", expected: "a filter with filterType LOT_SIZE")
  }
}

/// What `assetIndex` says: the buffers of every asset of Multi-Assets mode.
enum HaircutAnswer {
  /// The haircuts in the order of the answer, a sequence of assets or one asset.
  static func haircuts(_ document: Document) throws -> [ImportHaircut] {
    let root = document.root
    var items = [root]
    if case .mapping = root.content {} else { items = try root.items("a sequence of assets") }
    var haircuts: [ImportHaircut] = []
    for item in items {
      let symbol = try item.answered("symbol")
      // The index of an asset is its price in USD, so its symbol is the asset and USD.
      let name = try symbol.text(limit: 256)
      guard name.hasSuffix("USD"), Name.isValid(String(name.dropLast(3))) else {
        throw symbol.error(expected: "an asset with USD behind it, such as BTCUSD")
      }
      let asset = String(name.dropLast(3))
      guard !haircuts.contains(where: { $0.asset == asset }) else {
        throw InputError(symbol.location, "\(name) stands twice", expected: "every symbol once")
      }
      let keys = ["bidBuffer", "askBuffer", "autoExchangeBidBuffer", "autoExchangeAskBuffer"]
      haircuts.append(
        ImportHaircut(asset: asset, values: try keys.map { try item.answered($0).answeredNumber() }))
    }
    return haircuts
  }
}
