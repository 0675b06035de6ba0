public import Market

/// What an account needs before it takes part.
///
/// Asked for account by account, so one value can be filled again and again without new memory.
public struct AccountNeeds: Sendable, Hashable {
  /// Assets that it holds outside the spot wallet, settles positions in or will come to hold, in table order,
  /// each once: each needs an index price.
  public private(set) var assets: [AssetIndex] = []
  /// Instruments that it holds or will open, in table order, each once: each needs a mark price.
  public private(set) var instruments: [InstrumentIndex] = []
  /// The time before which it does not open.
  public private(set) var notBefore = Timestamp(nanoseconds: .min)

  /// Nothing is needed.
  public init() {}

  /// Begins anew with the time before which an account does not open; nil for none.
  public mutating func begin(notBefore time: Timestamp?) {
    assets.removeAll(keepingCapacity: true)
    instruments.removeAll(keepingCapacity: true)
    notBefore = time ?? Timestamp(nanoseconds: .min)
  }

  /// Adds an asset.
  public mutating func insert(_ asset: AssetIndex) { Self.insert(asset, into: &assets) }

  /// Adds an instrument, which is settled in an asset.
  public mutating func insert(_ instrument: InstrumentIndex, settledIn margin: AssetIndex) {
    Self.insert(instrument, into: &instruments)
    insert(margin)
  }

  private static func insert<Index: Comparable>(_ new: Index, into sorted: inout [Index]) {
    // Few stand in it, and mostly the new one belongs at the end.
    var place = sorted.count
    while place > 0 && new < sorted[place - 1] { place -= 1 }
    if place == 0 || sorted[place - 1] != new { sorted.insert(new, at: place) }
  }
}
