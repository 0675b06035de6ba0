internal import Market

/// The points of a sweep as combinations of places on its axes; the last axis runs fastest.
struct Grid: Sendable {
  let axes: [Axis]
  let count: Int

  init(_ axes: [Axis]) {
    self.axes = axes
    count = axes.reduce(1) { $0 * $1.values.count }
  }

  /// The place on every axis of a point.
  func places(_ point: Int) -> [Int] {
    precondition((0..<count).contains(point))
    var rest = point
    var places = [Int](repeating: 0, count: axes.count)
    for axis in axes.indices.reversed() {
      places[axis] = rest % axes[axis].values.count
      rest /= axes[axis].values.count
    }
    return places
  }

  /// The places on the axes that `isWanted` names, for finding points that share something.
  func key(_ places: [Int], where isWanted: (Axis) -> Bool) -> [Int] {
    axes.indices.filter { isWanted(axes[$0]) }.map { places[$0] }
  }
}
