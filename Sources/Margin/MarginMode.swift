/// What backs a position.
public enum MarginMode: String, CaseIterable, Sendable {
  /// Every position stands alone with its own margin.
  case isolated
  /// All positions of one margin asset share that asset's balance.
  case cross
  /// All positions share all assets, at their haircuts.
  case multiAsset = "multi-asset"
  /// Spot assets against borrowed ones.
  case loan
}
