internal import Platform

extension Instrument {
  /// Reads an instrument's entry.
  init(name: String, node: Document.Node, assets: [Asset]) throws {
    let reader = try node.mapping(keys: [
      "base", "margin_asset", "lot", "taker_fee", "liquidation_fee", "brackets",
    ])
    let baseName = try reader.required("base").name()
    let marginNode = try reader.required("margin_asset")
    let marginName = try marginNode.name()
    guard let margin = assets.firstIndex(where: { $0.name == marginName }) else {
      throw marginNode.error(
        expected: "an asset of the venue: "
          + Spelling.expectation(of: assets.map(\.name), insteadOf: marginName))
    }
    self.init(
      name: name,
      base: assets.firstIndex { $0.name == baseName }.map(AssetIndex.init),
      baseName: baseName,
      marginAsset: AssetIndex(margin),
      lot: try reader.required("lot").decimal(in: .positive),
      takerFee: try reader.required("taker_fee").double(in: .fraction),
      liquidationFee: try reader.required("liquidation_fee").double(in: .fraction),
      brackets: try Bracket.table(from: try reader.required("brackets")))
    guard self.base != marginAsset else {
      throw marginNode.error(expected: "another asset than the base: the contract is linear")
    }
  }
}
