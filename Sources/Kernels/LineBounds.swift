public import Platform

/// Lines over boxes of factors, which are the children of a node of a tree: the least value that a line takes
/// between the lows and highs of a box.
///
/// The least value adds, column by column as ``LineScan`` does, the low times a coefficient that is not below
/// 0 or the high times one below. Rounding is monotone, so no value of the scan within the box is less.
public struct LineBounds: Sendable {
  /// Children of a node of a tree.
  public static let children = 16
  /// Numbers of a node for each factor: the lows of its children, then their highs.
  public static let nodeStride = 2 * children

  /// The instruction set that runs.
  public let level: KernelLevel

  /// Makes bounds at a level, which the processor supports.
  public init(_ level: KernelLevel) {
    precondition(level.isSupported)
    self.level = level
  }
}
