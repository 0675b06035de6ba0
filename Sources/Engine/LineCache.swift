internal import Margin
internal import Market

/// The lines of a block's accounts over a wide box of factors, kept for as long as the accounts and the rules
/// stay what they are.
struct LineCache {
  /// How far beyond a part of the replay the lines serve, as a share of the prices.
  private static let margin = 0.125
  private static let none = -1

  /// The rules that the lines follow, and the tape on which they are known to serve.
  private var rules: Rules?
  private var tape = none
  /// The box within which they serve.
  private(set) var box = FactorBox(low: [], high: [])
  private var stride = 1
  /// Line after line.
  private(set) var values: [Double] = []
  /// By account: its lines, and how many places it has for them.
  private var ranges: [Range<Int>] = []
  private var room: [Int] = []
  /// What the version of each account was when its lines were made.
  private var versions: [Int] = []

  /// Whether the lines that are there serve on a tape under some rules.
  func isReady(_ tape: Tape, _ rules: Rules) -> Bool {
    rules === self.rules && tape.firstNumber == self.tape
  }

  /// Prepares for a tape whose factors lie within `box`: lines that serve there too stay.
  mutating func begin(_ tape: Tape, _ rules: Rules, _ wanted: FactorBox, accounts: Int, stride: Int) {
    defer { self.tape = tape.firstNumber }
    let isServed =
      rules === self.rules
      && wanted.low.indices.allSatisfy { box.low[$0] <= wanted.low[$0] && wanted.high[$0] <= box.high[$0] }
    if isServed { return }
    self.rules = rules
    self.stride = stride
    box = wanted
    if !tape.isWhole {
      for factor in wanted.low.indices {
        box.low[factor] *= 1 - Self.margin
        box.high[factor] *= 1 + Self.margin
      }
    }
    values.removeAll(keepingCapacity: true)
    ranges.fit(accounts, 0..<0)
    room.fit(accounts, 0)
    versions.fit(accounts, Self.none)
    for place in 0..<accounts {
      (ranges[place], room[place], versions[place]) = (0..<0, 0, Self.none)
    }
  }

  /// The accounts are others: no line serves any more.
  mutating func forget() {
    rules = nil
    tape = Self.none
  }

  /// Whether an account's lines were made for another version of it.
  func isStale(_ place: Int, _ version: Int) -> Bool { versions[place] != version }

  /// Keeps the lines of an account.
  mutating func keep(_ lines: [Double], of place: Int, version: Int) {
    versions[place] = version
    let count = lines.count / stride
    if count > room[place] {
      ranges[place] = values.count / stride..<values.count / stride
      room[place] = count
      values.append(contentsOf: lines)
    } else {
      let start = ranges[place].lowerBound * stride
      for number in lines.indices { values[start + number] = lines[number] }
    }
    ranges[place] = ranges[place].lowerBound..<ranges[place].lowerBound + count
  }

  /// The lines of an account.
  func numbers(of place: Int) -> Range<Int> { ranges[place] }

  /// Where a line stands in ``values``: its constant, then a coefficient per factor.
  func place(_ number: Int) -> Range<Int> { number * stride..<(number + 1) * stride }
}
