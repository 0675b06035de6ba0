/// The inputs of a merge, the one with the earliest tick at the top; ties go to the input named first.
struct MergeHeap {
  /// An input and the time of its next tick in ns since the epoch.
  struct Entry: Hashable {
    var time: Int64
    var input: Int
  }

  private var entries: [Entry]

  /// Makes a heap of the entries, in any order.
  init(_ entries: [Entry]) {
    self.entries = entries
    for index in (0..<entries.count / 2).reversed() { siftDown(index) }
  }

  /// The earliest entry; nil where none is left.
  var top: Entry? { entries.first }

  /// The earliest of the others; nil where there is none.
  var second: Entry? {
    guard entries.count > 2 else { return entries.count == 2 ? entries[1] : nil }
    return Self.isBefore(entries[1], entries[2]) ? entries[1] : entries[2]
  }

  /// Gives the entry at the top another time, not before its old one.
  mutating func moveTop(to time: Int64) {
    entries[0].time = time
    siftDown(0)
  }

  /// Takes the entry at the top away.
  mutating func removeTop() {
    let last = entries.removeLast()
    guard !entries.isEmpty else { return }
    entries[0] = last
    siftDown(0)
  }

  private static func isBefore(_ a: Entry, _ b: Entry) -> Bool {
    a.time != b.time ? a.time < b.time : a.input < b.input
  }

  private mutating func siftDown(_ index: Int) {
    var parent = index
    while true {
      var child = 2 * parent + 1
      guard child < entries.count else { return }
      if child + 1 < entries.count, Self.isBefore(entries[child + 1], entries[child]) { child += 1 }
      guard Self.isBefore(entries[child], entries[parent]) else { return }
      entries.swapAt(child, parent)
      parent = child
    }
  }
}
