internal import Market
internal import Platform
internal import TickFile

/// Decoding the tick files of a measurement, apart from what the engines do.
struct FileReading {
  /// What one turn came to.
  struct Turn {
    /// Ticks a second of which series and price are decoded, all blocks of the files.
    var pricesPerSecond: Double
    /// Seconds of reading all that a replay needs / seconds of a hundredth of the time covered.
    var wholeOverHundredth: Double
  }

  /// A measurement is repeated for so long, so that the clock's own error does not count.
  private static let shortest: Int64 = 20_000_000

  private let files: [TickFileReader]
  private let kernel: KernelLevel
  private let first: Int64
  private let last: Int64
  private let ticks: Int
  /// Its memory is used again, as a reader of many blocks would.
  private var columns = TickColumns()

  /// Bytes of the files / their ticks.
  var bytesPerTick: Double {
    Double(files.reduce(0) { $0 + $1.compressedSize }) / Double(max(1, ticks))
  }

  init(_ files: [TickFileReader], _ kernel: KernelLevel) {
    self.files = files
    self.kernel = kernel
    first = files.compactMap { $0.firstTime?.nanoseconds }.min() ?? 0
    last = files.compactMap { $0.lastTime?.nanoseconds }.max() ?? 0
    ticks = files.reduce(0) { $0 + $1.tickCount }
  }

  /// Measures once.
  /// - Throws: errors of the tick files.
  mutating func turn() throws -> Turn {
    let prices = try seconds { reading in try reading.prices() }
    let whole = try seconds { reading in try reading.window(reading.first, reading.last) }
    let part = try seconds { reading in
      let length = (reading.last - reading.first) / 100
      let from = reading.first + (reading.last - reading.first) / 2
      try reading.window(from, from + length)
    }
    return Turn(pricesPerSecond: Double(ticks) / prices, wholeOverHundredth: whole / part)
  }

  /// Seconds of processor time of one `work`.
  private mutating func seconds(_ work: (inout FileReading) throws -> Void) throws -> Double {
    let start = Clocks.processNanoseconds()
    var (repeats, spent): (Int, Int64) = (0, 0)
    while spent < Self.shortest {
      try work(&self)
      repeats += 1
      spent = Clocks.processNanoseconds() - start
    }
    return Double(spent) * 1e-9 / Double(repeats)
  }

  private mutating func prices() throws {
    for file in files {
      for block in file.blocks.indices {
        try file.decode(block: block, columns: [.series, .prices], level: kernel, into: &columns)
      }
    }
  }

  private mutating func window(_ from: Int64, _ through: Int64) throws {
    let window = Timestamp(nanoseconds: from)..<Timestamp(nanoseconds: through + 1)
    var merge = try MergedTicks(readers: files, columns: .replay, window: window)
    while try merge.next(into: &columns) {}
  }
}
