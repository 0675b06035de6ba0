import Market
import Platform
import Random
import TickFile

/// Reading the blocks of a tick file from memory to columns.
enum FileRaces {
  private static let ticks = 1 << 20

  static func all() throws -> [Race] {
    let folder = Environment.value("TMPDIR") ?? "/tmp"
    let path = Path.join(folder, "part-bench-\(Clocks.wallNanoseconds()).ticks")
    try write(path)
    defer { try? Files.remove(path) }
    let reader = try TickFileReader(path: path)
    func runner(_ name: String, _ columns: TickColumnSet) -> Runner {
      var out = TickColumns()
      return Runner(name: name, level: .best) {
        for block in reader.blocks.indices {
          do { try reader.decode(block: block, columns: columns, into: &out) } catch {
            preconditionFailure("the file that was just written cannot be read: \(error)")
          }
        }
        Sink.take(UInt64(out.count))
      }
    }
    let race = Race(
      title: "decoding blocks, \(reader.compressedSize) bytes", unit: "tick", units: reader.tickCount,
      runners: [
        runner("all columns", .all), runner("replay", .replay), runner("series, prices", [.series, .prices]),
      ])
    return [race]
  }

  /// Three series of trades with sizes, times that jitter by microseconds.
  private static func write(_ path: String) throws {
    let metadata = TickFileMetadata(source: "benchmark", tool: "PartBench")
    let writer = try TickFileWriter(path: path, force: true, metadata: metadata)
    var series: [Int] = []
    for symbol in ["AAAUSDT", "BBBUSDT", "CCCUSDT"] {
      series.append(try writer.series(SeriesKey(symbol: symbol, kind: .mark)))
    }
    var random = RandomStream(seed: 4, stream: 0, purpose: 0)
    var (time, prices): (Int64, [Int64]) = (1_600_000_000_000_000_000, [6_000_000, 400_000, 50_000])
    for _ in 0..<ticks {
      time += Int64(random.choice(count: 200_000)) * 1_000
      let number = random.choice(count: 3)
      prices[number] = max(1, prices[number] + Int64(random.choice(count: 21)) - 10)
      try writer.append(
        Tick(
          time: Timestamp(nanoseconds: time), series: series[number],
          price: ExactDecimal(mantissa: prices[number], scale: 2),
          size: ExactDecimal(mantissa: Int64(1 + random.choice(count: 5_000)), scale: 3)))
    }
    _ = try writer.finish()
  }
}
