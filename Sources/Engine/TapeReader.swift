internal import Margin
internal import Market

/// A reader of prices with scratch memory of its own.
struct TapeReader {
  private var map: PriceMap
  private var recorded: [Double]

  init(_ map: PriceMap) {
    self.map = map
    recorded = [Double](repeating: 0, count: map.recorded.count)
  }

  /// The quotes of the instant that ends at `position`; −1 means those before the tape.
  mutating func read(_ tape: Tape, _ position: Int, into quotes: inout Quotes) {
    guard position >= 0 else {
      quotes.time = Timestamp(nanoseconds: tape.timeBefore ?? .min)
      quotes.number = tape.firstNumber - 1
      return map.quotes(tape.recordedBefore, from: 0, into: &quotes)
    }
    let word = position / 64
    let places = recorded.count
    for place in 0..<places { recorded[place] = tape.carried[word * places + place] }
    if let page = tape.page(of: word) {
      let (columns, prices, first) = (page.columns, page.prices, word * 64 - page.base)
      record(columns.span, prices.span, first...first + position % 64)
    } else {
      record(tape.columns.span, tape.prices.span, word * 64...position)
    }
    quotes.time = Timestamp(nanoseconds: tape.time(at: position))
    quotes.number = tape.number(at: position)
    map.quotes(recorded, from: 0, into: &quotes)
  }

  /// Puts the prices of some ticks into force.
  private mutating func record(
    _ columns: Span<UInt16>, _ prices: Span<Double>, _ ticks: ClosedRange<Int>
  ) {
    for tick in ticks {
      let column = Int(columns[tick])
      if column < recorded.count { recorded[column] = prices[tick] }
    }
  }

  /// Expands the instants that end in the words `words`: their ends, and a column of every factor.
  mutating func expand(_ tape: Tape, words: Range<Int>, into rows: inout TapeRows) {
    let places = recorded.count
    rows.begin(room: words.count * 64, factors: map.layout.factors.count)
    for place in 0..<places { recorded[place] = tape.carried[words.lowerBound * places + place] }
    var row = 0
    for word in words {
      if let page = tape.page(of: word) {
        let (columns, prices) = (page.columns, page.prices)
        expand(tape, word, columns.span, prices.span, base: page.base, into: &rows, &row)
      } else {
        expand(tape, word, tape.columns.span, tape.prices.span, base: 0, into: &rows, &row)
      }
    }
    rows.count = row
  }

  /// Expands the instants that end in one word.
  ///
  /// - Parameter base: position of the first of the columns and prices.
  private mutating func expand(
    _ tape: Tape, _ word: Int, _ columns: Span<UInt16>, _ prices: Span<Double>, base: Int,
    into rows: inout TapeRows, _ row: inout Int
  ) {
    let ends = tape.ends[word]
    for tick in word * 64..<min(tape.count, word * 64 + 64) {
      let column = Int(columns[tick - base])
      if column < recorded.count { recorded[column] = prices[tick - base] }
      if ends >> UInt64(tick % 64) & 1 == 0 { continue }
      rows.ends[row] = tick
      map.factors(recorded, from: 0, into: &rows.columns, at: row, stride: rows.stride)
      row += 1
    }
  }
}
