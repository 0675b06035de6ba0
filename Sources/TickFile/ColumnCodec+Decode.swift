/// The loops of a decode. They are free of any state, so that they can be compiled for several processors.
extension ColumnCodec {
  /// Puts together the series column: places in the block's list of series.
  ///
  /// - Parameters:
  ///   - bytes: Planes of `target.count` values of `width` 1 or 2.
  ///   - counts: How many ticks each series must have.
  /// - Returns: Whether every place is in the list and every count is right.
  static func places(
    _ bytes: [UInt8], width: Int, counts: [Int], into target: inout [UInt16]
  ) -> Bool {
    let count = target.count
    let bytes = bytes.span
    var places = target.mutableSpan
    let low = bytes.extracting(0..<count)
    if width == 1 {
      for index in 0..<count { places[index] = UInt16(low[index]) }
    } else {
      let high = bytes.extracting(count..<(2 * count))
      for index in 0..<count { places[index] = UInt16(low[index]) | UInt16(high[index]) << 8 }
    }
    // Four tables in turn, so that a series that repeats does not wait for its own count.
    let lanes = 4
    let size = width == 1 ? 256 : 65_536
    var tables = [UInt32](repeating: 0, count: lanes * size)
    var table = tables.mutableSpan
    for index in 0..<count { table[(index & (lanes - 1)) * size + Int(places[index])] += 1 }
    var total = 0
    for (place, expected) in counts.enumerated() {
      let found = (0..<lanes).reduce(0) { $0 + Int(tables[$1 * size + place]) }
      guard found == expected else { return false }
      total += found
    }
    return total == count
  }

  /// One series of a grouped column on its way through a block.
  struct Run {
    /// Place of its next value in the column.
    var next: Int
    /// Its mantissa so far.
    var mantissa: Int64
    /// What its mantissas are divided by.
    var divisor: Double
  }

  /// Undoes grouped deltas: the mantissa and the price of every tick, in record order.
  ///
  /// - Parameters:
  ///   - deltas: Zigzag differences, grouped by series.
  ///   - places: The series of every tick; each stands as often as it has deltas.
  ///   - runs: The series, by place.
  ///   - prices: Gets the prices; empty where they are not wanted.
  ///   - mantissas: Gets the mantissas; empty where they are not wanted.
  /// - Returns: Whether all mantissas are within the limit.
  static func prices(
    _ deltas: [UInt64], places: [UInt16], runs: [Run], prices: inout [Double], mantissas: inout [Int64]
  ) -> Bool {
    var moving = runs
    var runs = moving.mutableSpan
    let deltas = deltas.span
    let places = places.span
    var prices = prices.mutableSpan
    var mantissas = mantissas.mutableSpan
    let wantsPrices = !prices.isEmpty
    let wantsMantissas = !mantissas.isEmpty
    let limit = TickFormat.mantissaLimit.magnitude
    var excess = false
    for index in 0..<places.count {
      let place = Int(places[index])
      var run = runs[place]
      run.mantissa &+= unzigzag(deltas[run.next])
      run.next &+= 1
      runs[place] = run
      excess = excess || run.mantissa.magnitude >= limit
      if wantsPrices { prices[index] = Double(run.mantissa) / run.divisor }
      if wantsMantissas { mantissas[index] = run.mantissa }
    }
    return !excess
  }

  /// Translates places in the block's list into numbers in the file.
  static func numbers(_ places: [UInt16], _ table: [UInt16], into target: inout [UInt16]) {
    let places = places.span
    let table = table.span
    var numbers = target.mutableSpan
    for index in 0..<places.count { numbers[index] = table[Int(places[index])] }
  }

  /// Undoes ascending deltas.
  ///
  /// - Returns: The last time, nil where time falls or leaves its range.
  static func times(
    _ distances: [UInt64], unit: UInt64, first: Int64, into target: inout [Int64]
  ) -> Int64? {
    let distances = distances.span
    var times = target.mutableSpan
    var time = first
    var isAscending = true
    for index in 0..<times.count {
      let (distance, overflow) = distances[index].multipliedReportingOverflow(by: unit)
      let later = time &+ Int64(bitPattern: distance)
      isAscending = isAscending && !overflow && later >= time
      time = later
      times[index] = time
    }
    return isAscending ? time : nil
  }
}
