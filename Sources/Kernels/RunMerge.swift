/// Brings sorted runs of numbers into one sorted row; of equal ones those of the earlier run come first.
///
/// Neighbouring runs are merged two by two until one is left. Where two interleave, the least and the
/// greatest of them are moved in turn, without a branch; where one has a long stretch of its own, that is
/// found in doubling steps and moved as a whole.
public struct RunMerge {
  /// Where each number of the row comes from, in order.
  public private(set) var order: [UInt32] = []
  /// The numbers in order.
  public private(set) var sorted: [Int64] = []
  private var other: (order: [UInt32], sorted: [Int64]) = ([], [])

  /// Makes a merge, which keeps its memory from call to call.
  public init() {}

  /// Merges the runs of a row; ``order`` and ``sorted`` become the result.
  ///
  /// - Parameters:
  ///   - numbers: run after run, each of them never falling; fewer than 2³² in all.
  ///   - ends: where each run ends. The first begins at 0, the last ends the row.
  public mutating func merge(_ numbers: [Int64], ends: [Int]) {
    precondition(numbers.count <= UInt32.max && (ends.last ?? 0) == numbers.count)
    precondition(zip([0] + ends, ends).allSatisfy { $0 <= $1 })
    sorted.removeAll(keepingCapacity: true)
    sorted.append(contentsOf: numbers)
    order.removeAll(keepingCapacity: true)
    order.append(contentsOf: 0..<UInt32(numbers.count))
    var ends = ends
    while ends.count > 1 {
      other.sorted.fit(numbers.count)
      other.order.fit(numbers.count)
      mergePairs(ends)
      swap(&sorted, &other.sorted)
      swap(&order, &other.order)
      ends = ends.indices.filter { $0 % 2 == 1 || $0 == ends.count - 1 }.map { ends[$0] }
    }
  }

  private mutating func mergePairs(_ ends: [Int]) {
    var starts: [Int] = [0] + ends
    starts.removeLast()
    // Safe: all four have as many elements, and `merge` has checked that the runs lie within; the pointers do
    // not leave the closures.
    unsafe sorted.withUnsafeBufferPointer { number in
      unsafe order.withUnsafeBufferPointer { place in
        unsafe other.sorted.withUnsafeMutableBufferPointer { outNumber in
          unsafe other.order.withUnsafeMutableBufferPointer { outPlace in
            guard let number = number.baseAddress, let place = place.baseAddress,
              let outNumber = outNumber.baseAddress, let outPlace = outPlace.baseAddress
            else { return }
            for pair in stride(from: 0, to: ends.count, by: 2) {
              let second = pair + 1 < ends.count ? ends[pair]..<ends[pair + 1] : ends[pair]..<ends[pair]
              var runs = unsafe RunPair(
                number, place, outNumber, outPlace, starts[pair]..<ends[pair], second)
              runs.merge()
            }
          }
        }
      }
    }
  }
}

/// Two neighbouring runs on their way into one.
// Safe: every index lies within what is left of the runs, and as much room is left for them.
@safe private struct RunPair {
  /// Fewer than so many of a run are looked up in the other one by one.
  private static let few = 16

  private let number: UnsafePointer<Int64>
  private let place: UnsafePointer<UInt32>
  private let outNumber: UnsafeMutablePointer<Int64>
  private let outPlace: UnsafeMutablePointer<UInt32>
  /// What is left of the first run.
  private var a: Int
  private var aEnd: Int
  /// What is left of the second.
  private var b: Int
  private var bEnd: Int
  /// What is left to fill: as many as are left.
  private var out: Int
  private var outEnd: Int

  init(
    _ number: UnsafePointer<Int64>, _ place: UnsafePointer<UInt32>, _ outNumber: UnsafeMutablePointer<Int64>,
    _ outPlace: UnsafeMutablePointer<UInt32>, _ first: Range<Int>, _ second: Range<Int>
  ) {
    // Safe: only kept here; see above.
    unsafe (self.number, self.place, self.outNumber, self.outPlace) = (number, place, outNumber, outPlace)
    (a, aEnd, b, bEnd) = (first.lowerBound, first.upperBound, second.lowerBound, second.upperBound)
    (out, outEnd) = (a, bEnd)
  }

  mutating func merge() {
    while a < aEnd && b < bEnd {
      let fewest = min(aEnd - a, bEnd - b)
      // Safe: both runs have something left.
      if unsafe number[aEnd - 1] <= number[b] {
        break
      } else if fewest < Self.few {
        moveStretch()
      } else {
        moveBothEnds(fewest)
      }
    }
    // Where the first has something left it all comes before what is left of the second.
    move(a, aEnd - a)
    move(b, bEnd - b)
  }

  /// Moves `count` from the front and as many from the back; neither run can be used up before.
  private mutating func moveBothEnds(_ count: Int) {
    var (a, b, out) = (a, b, out)
    var (lastA, lastB, last) = (aEnd &- 1, bEnd &- 1, outEnd &- 1)
    for _ in 0..<count {
      // Safe: `count` is not above what is left of either run.
      let takesB = unsafe number[b] < number[a]
      let from = takesB ? b : a
      unsafe outNumber[out] = number[from]
      unsafe outPlace[out] = place[from]
      out &+= 1
      b &+= takesB ? 1 : 0
      a &+= takesB ? 0 : 1
      // Safe: as above.
      let takesA = unsafe number[lastB] < number[lastA]
      let back = takesA ? lastA : lastB
      unsafe outNumber[last] = number[back]
      unsafe outPlace[last] = place[back]
      last &-= 1
      lastA &-= takesA ? 1 : 0
      lastB &-= takesA ? 0 : 1
    }
    (self.a, self.b, self.out) = (a, b, out)
    (aEnd, bEnd, outEnd) = (lastA &+ 1, lastB &+ 1, last &+ 1)
  }

  /// Moves all that comes next from one run, then the one of the other that follows.
  private mutating func moveStretch() {
    if aEnd - a < bEnd - b {
      // Safe: both have something left.
      let next = unsafe number[a]
      move(b, stretch(b..<bEnd) { $0 < next })
      move(a, 1)
    } else {
      // Safe: both have something left.
      let next = unsafe number[b]
      move(a, stretch(a..<aEnd) { $0 <= next })
      move(b, 1)
    }
  }

  /// How many numbers from the beginning of a range on come before something, where those come first.
  private func stretch(_ range: Range<Int>, _ comesBefore: (Int64) -> Bool) -> Int {
    var (low, step) = (range.lowerBound, 1)
    // Safe: nothing beyond the range is looked at.
    while low + step <= range.upperBound, unsafe comesBefore(number[low + step - 1]) {
      low += step
      step *= 2
    }
    var high = min(low + step - 1, range.upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      // Safe: as above.
      if unsafe comesBefore(number[middle]) { low = middle + 1 } else { high = middle }
    }
    return low - range.lowerBound
  }

  /// Moves the next `count` numbers, which begin at `from`, the beginning of one of the runs.
  private mutating func move(_ from: Int, _ count: Int) {
    // Safe: so many are left of the run, and so much room.
    unsafe (outNumber + out).update(from: number + from, count: count)
    unsafe (outPlace + out).update(from: place + from, count: count)
    out += count
    if from == a { a += count } else { b += count }
  }
}

extension Array where Element: FixedWidthInteger {
  /// Gives it a number of elements; nothing is said of their values.
  fileprivate mutating func fit(_ wanted: Int) {
    if count > wanted { removeLast(count - wanted) }
    if count < wanted { append(contentsOf: repeatElement(0, count: wanted - count)) }
  }
}
