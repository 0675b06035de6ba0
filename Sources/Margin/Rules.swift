public import Market

/// The margin rules of one venue at one date, ready to be applied to accounts.
///
/// This is the reference: plain IEEE double arithmetic in the order written, no fused multiply-add. Engines
/// only find the instants at which it must be asked. The files `Rules+….swift` hold one rule each.
public final class Rules: Sendable {
  /// The venue the rules are those of.
  public let venue: Venue
  /// Slippage as a fraction of the mark.
  let slippage: Double
  /// The lot of each instrument.
  private let lots: [ExactDecimal]
  /// Place of each instrument's margin asset.
  let marginAsset: [Int]
  /// By asset, whether any instrument is settled in it: only there can a position count.
  let isMarginAsset: [Bool]
  /// Bracket rows of instrument `i`: `bracketStart[i] ..< bracketStart[i + 1]` in the flat tables.
  let bracketStart: [Int]
  let bracketFloor: [Double]
  let bracketRate: [Double]
  let bracketAmount: [Double]
  let bracketLeverage: [Double]

  /// Prepares the rules of `venue`, which has passed the venue file's checks.
  public init(_ venue: Venue) {
    self.venue = venue
    slippage = venue.liquidation.slippageBasisPoints / 10_000
    lots = venue.instruments.map(\.lot)
    marginAsset = venue.instruments.map(\.marginAsset.rawValue)
    isMarginAsset = venue.assets.indices.map(marginAsset.contains)
    let tables = venue.instruments.map(\.brackets)
    bracketStart = tables.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    bracketFloor = tables.joined().map(\.floor)
    bracketRate = tables.joined().map(\.rate)
    bracketAmount = tables.joined().map(\.amount)
    bracketLeverage = tables.joined().map(\.maxLeverage)
  }

  /// The lot in which an instrument is traded, units of its base.
  public func lot(of instrument: InstrumentIndex) -> ExactDecimal { lots[instrument.rawValue] }

  /// The asset in which an instrument is settled.
  public func marginAsset(of instrument: InstrumentIndex) -> AssetIndex {
    AssetIndex(marginAsset[instrument.rawValue])
  }
}
