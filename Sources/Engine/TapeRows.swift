/// Instants of a tape as columns: what the scans look at.
struct TapeRows: Sendable {
  /// Values between two columns beyond the room: five lines of the cache, an odd number, so that the same
  /// row of many columns does not fall into one set of the cache.
  private static let gap = 40

  /// Instants held.
  var count = 0
  /// Where they end, positions of the tape.
  var ends: [Int] = []
  /// One column per factor, `stride` apart; 0 where there is no price yet.
  var columns: [Double] = []
  /// From one column to the next.
  private(set) var stride = 0

  /// Makes room.
  mutating func begin(room: Int, factors: Int) {
    if stride < room + Self.gap {
      stride = room + Self.gap
      ends = [Int](repeating: 0, count: room)
      columns = [Double](repeating: 0, count: stride * factors)
    }
    count = 0
  }

  /// The first row that ends at or behind `position`; ``count`` for none.
  func row(from position: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] < position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
