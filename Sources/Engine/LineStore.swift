internal import Kernels
internal import Margin
internal import Market

/// The lines of a block's accounts over a wide box of factors, eight to a group: what a stretch of instants
/// is held against without a look at the accounts.
final class LineStore {
  /// How far beyond the first stretch's box the lines serve, as a share of the prices.
  private static let margin = 0.125
  private static let none = -1

  /// The rules that the lines follow.
  let rules: Rules
  /// The box within which they serve.
  private let box: FactorBox
  private let stride: Int
  private let bounds: LineBounds
  /// Groups of eight lines, interleaved as the kernels take them.
  private var groups: [Double] = []
  /// Place of the account to which each lane belongs.
  private var owners: [Int] = []
  /// First lane and number of lanes of each account.
  private var lanes: [Range<Int>]
  /// What ``AccountBlock/versions`` said when the lines of each account were made.
  private var versions: [Int]

  /// Makes an empty store whose lines serve within `stretch` and some way beyond it.
  init(
    _ rules: Rules, around stretch: FactorBox, accounts: Int, stride: Int, bounds: LineBounds
  ) {
    self.rules = rules
    box = FactorBox(
      low: stretch.low.map { $0 * (1 - Self.margin) }, high: stretch.high.map { $0 * (1 + Self.margin) })
    self.stride = stride
    self.bounds = bounds
    lanes = [Range<Int>](repeating: 0..<0, count: accounts)
    versions = [Int](repeating: Self.none, count: accounts)
  }

  /// Whether the lines serve under these rules and within this box.
  func serves(_ rules: Rules, _ wanted: FactorBox) -> Bool {
    guard rules === self.rules else { return false }
    return wanted.low.indices.allSatisfy { box.low[$0] <= wanted.low[$0] && wanted.high[$0] <= box.high[$0] }
  }

  /// Makes the lines of an account anew where it has changed since they were made.
  func update(_ place: Int, _ block: AccountBlock, _ compiler: inout LineCompiler, from start: Int64) {
    if versions[place] == block.versions[place] { return }
    versions[place] = block.versions[place]
    compiler.compile(place, of: block, rules, box, from: start)
    let count = compiler.lines.count / stride
    clear(lanes[place])
    if count > lanes[place].count { lanes[place] = reserve(count, place) }
    let first = lanes[place].lowerBound
    for line in 0..<count {
      for number in 0..<stride {
        groups[position(first + line, number)] = compiler.lines[line * stride + number]
      }
    }
  }

  /// The accounts that have a line which may not be above 0 within a box, each once, in rising order of
  /// lanes.
  func hits(low: Span<Double>, high: Span<Double>) -> [Int] {
    var places: [Int] = []
    let size = stride * LineScan.lanes
    for start in Swift.stride(from: 0, to: groups.count, by: size) {
      var mask = bounds.hits(
        lines: groups.span.extracting(start..<start + size), low: low, high: high)
      while mask != 0 {
        let lane = mask.trailingZeroBitCount
        mask &= mask - 1
        let place = owners[start / stride + lane]
        if places.last != place { places.append(place) }
      }
    }
    return places
  }

  /// Lanes at the end for an account.
  private func reserve(_ count: Int, _ place: Int) -> Range<Int> {
    let first = owners.count
    owners += [Int](repeating: place, count: count)
    let wanted = (owners.count + LineScan.lanes - 1) / LineScan.lanes * stride * LineScan.lanes
    groups += [Double](repeating: 0, count: wanted - groups.count)
    let reserved = first..<first + count
    // What no lane has is above 0 everywhere.
    for lane in first..<groups.count / stride { groups[position(lane, 0)] = 1 }
    return reserved
  }

  /// Makes lanes such that they are above 0 everywhere.
  private func clear(_ lanes: Range<Int>) {
    for lane in lanes {
      for number in 0..<stride { groups[position(lane, number)] = number == 0 ? 1 : 0 }
    }
  }

  private func position(_ lane: Int, _ number: Int) -> Int {
    lane / LineScan.lanes * stride * LineScan.lanes + number * LineScan.lanes + lane % LineScan.lanes
  }
}
