internal import Market

/// What positions and balances of a venue are counted in and priced by. Two venues with equal tables share
/// their people and their prices.
struct VenueTables: Hashable, Sendable {
  private struct AssetRow: Hashable {
    var name: String
    var isStable: Bool
    var indexFrom: InstrumentIndex?
    var hasLoanTerms: Bool
  }
  private struct InstrumentRow: Hashable {
    var name: String
    var baseName: String
    var marginAsset: AssetIndex
    var lot: ExactDecimal
  }
  private let assets: [AssetRow]
  private let instruments: [InstrumentRow]
  /// What a loan account borrows; nil where the venue lends nothing.
  private let debtAsset: AssetIndex?

  init(_ venue: Venue) {
    assets = venue.assets.enumerated().map { place, asset in
      AssetRow(
        name: asset.name, isStable: asset.isStable, indexFrom: asset.indexFrom,
        hasLoanTerms: venue.loan?.terms[place] != nil)
    }
    debtAsset = venue.loan?.debtAsset
    instruments = venue.instruments.map {
      InstrumentRow(name: $0.name, baseName: $0.baseName, marginAsset: $0.marginAsset, lot: $0.lot)
    }
  }
}
