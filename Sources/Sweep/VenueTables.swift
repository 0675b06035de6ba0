internal import Market

/// What positions and balances of a venue are counted in and priced by. Two venues with equal tables share
/// their people and their prices.
struct VenueTables: Hashable, Sendable {
  private struct AssetRow: Hashable {
    var name: String
    var isStable: Bool
    var indexFrom: InstrumentIndex?
  }
  private struct InstrumentRow: Hashable {
    var name: String
    var baseName: String
    var marginAsset: AssetIndex
    var lot: ExactDecimal
  }
  private let assets: [AssetRow]
  private let instruments: [InstrumentRow]

  init(_ venue: Venue) {
    assets = venue.assets.map { AssetRow(name: $0.name, isStable: $0.isStable, indexFrom: $0.indexFrom) }
    instruments = venue.instruments.map {
      InstrumentRow(name: $0.name, baseName: $0.baseName, marginAsset: $0.marginAsset, lot: $0.lot)
    }
  }
}
