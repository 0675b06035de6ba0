internal import Platform

// Nodes of a tree of bounds. A node has 16 children, which lie side by side as lanes of a vector: for each
// factor 16 lows, then 16 highs.

extension LineBounds {
  /// The children of a node in whose box a line is not above 0 somewhere: bit `c` for child `c`. NaN counts
  /// as such.
  ///
  /// - Parameters:
  ///   - line: its constant, then a coefficient for each of `S` factors.
  ///   - node: ``nodeStride`` numbers for each factor.
  public func children(line: Span<Double>, node: Span<Double>) -> UInt32 {
    let factors = line.count - 1
    precondition(factors >= 0 && node.count == factors * Self.nodeStride)
    let level = level
    // Safe: the precondition bounds every index; the pointers do not leave the closures, and none is null,
    // except that of a node which nobody reads.
    return unsafe line.withUnsafeBufferPointer { line in
      unsafe node.withUnsafeBufferPointer { node in
        guard let line = line.baseAddress else { return 0 }
        return unsafe Levels.childHits(level, line, factors, node.baseAddress ?? line)
      }
    }
  }

  /// The bounds of a node as a whole.
  ///
  /// - Parameters:
  ///   - node: ``nodeStride`` numbers for each factor; none is NaN.
  ///   - children: how many of its children count, the first ones. Of a factor only those count whose high
  ///     is not 0.
  ///   - low: takes the lowest low of each factor; 0 where no child counts.
  ///   - high: takes the highest high.
  public func join(
    node: Span<Double>, children: Int, low: inout MutableSpan<Double>, high: inout MutableSpan<Double>
  ) {
    let factors = node.count / Self.nodeStride
    precondition(node.count == factors * Self.nodeStride && (0...Self.children).contains(children))
    precondition(low.count >= factors && high.count >= factors)
    let level = level
    // Safe: the preconditions bound every index; the pointers do not leave the closures.
    unsafe low.withUnsafeMutableBufferPointer { low in
      unsafe high.withUnsafeMutableBufferPointer { high in
        unsafe node.withUnsafeBufferPointer { node in
          guard let node = node.baseAddress, let low = low.baseAddress, let high = high.baseAddress else {
            return
          }
          unsafe Levels.joinChildren(level, node, factors, children, low, high, 1)
        }
      }
    }
  }

  /// The bounds of a node as a whole, written as one child of the node above.
  ///
  /// - Parameters:
  ///   - node: as for ``join(node:children:low:high:)``.
  ///   - children: likewise.
  ///   - parent: ``nodeStride`` numbers for each factor.
  ///   - child: which child of it takes the bounds.
  public func join(node: Span<Double>, children: Int, into parent: inout MutableSpan<Double>, child: Int) {
    let factors = node.count / Self.nodeStride
    precondition(node.count == factors * Self.nodeStride && (0...Self.children).contains(children))
    precondition(parent.count == node.count && (0..<Self.children).contains(child))
    let level = level
    // Safe: the preconditions bound every index; the pointers do not leave the closures.
    unsafe parent.withUnsafeMutableBufferPointer { parent in
      unsafe node.withUnsafeBufferPointer { node in
        guard let node = node.baseAddress, let parent = parent.baseAddress else { return }
        let lows = unsafe parent + child
        unsafe Levels.joinChildren(
          level, node, factors, children, lows, lows + Self.children, Self.nodeStride)
      }
    }
  }
}
