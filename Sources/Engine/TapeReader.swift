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
    if let pages = tape.pages {
      let number = position / TickPages.ticks
      let tick = position % TickPages.ticks
      let page = pages.page(number)
      let (columns, prices) = (page.columns, page.prices)
      carry(pages.sheet(number).carried, word % TickPages.leaves)
      record(columns.span, prices.span, tick / 64 * 64...tick)
    } else {
      carry(tape.carried, word)
      record(tape.columns.span, tape.prices.span, word * 64...position)
    }
    quotes.time = Timestamp(nanoseconds: tape.time(at: position))
    quotes.number = tape.number(at: position)
    map.quotes(recorded, from: 0, into: &quotes)
  }

  /// Puts the prices before a leaf into force.
  private mutating func carry(_ carried: [Double], _ leaf: Int) {
    let places = recorded.count
    for place in 0..<places { recorded[place] = carried[leaf * places + place] }
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
    rows.begin(room: words.count * 64, factors: map.layout.factors.count)
    var row = 0
    if let pages = tape.pages {
      for word in words {
        let (number, leaf) = word.quotientAndRemainder(dividingBy: TickPages.leaves)
        let (sheet, page) = (pages.sheet(number), pages.page(number))
        let (columns, prices) = (page.columns, page.prices)
        carry(sheet.carried, leaf)
        expand(
          sheet.ends[leaf], columns.span, prices.span, leaf * 64..<leaf * 64 + 64,
          base: number * TickPages.ticks, into: &rows, &row)
      }
    } else {
      carry(tape.carried, words.lowerBound)
      for word in words {
        let ticks = word * 64..<min(tape.count, word * 64 + 64)
        expand(
          tape.ends[word], tape.columns.span, tape.prices.span, ticks, base: 0, into: &rows, &row)
      }
    }
    rows.count = row
  }

  /// Expands the instants that end in one word.
  ///
  /// - Parameters:
  ///   - ends: which of the ticks end an instant.
  ///   - ticks: places among the columns and prices.
  ///   - base: position of the first of the columns and prices.
  private mutating func expand(
    _ ends: UInt64, _ columns: Span<UInt16>, _ prices: Span<Double>, _ ticks: Range<Int>, base: Int,
    into rows: inout TapeRows, _ row: inout Int
  ) {
    for tick in ticks {
      let column = Int(columns[tick])
      if column < recorded.count { recorded[column] = prices[tick] }
      if ends >> UInt64(tick % 64) & 1 == 0 { continue }
      rows.ends[row] = base + tick
      map.factors(recorded, from: 0, into: &rows.columns, at: row, stride: rows.stride)
      row += 1
    }
  }
}
