import Market
import Platform
import Random
import TickFile

/// Reading the blocks of a tick file from memory to columns: of the file that `PART_BENCH_TICKS` names, or
/// of one that is made for it.
enum FileRaces {
  private static let ticks = 1 << 20

  static func all() throws -> [Race] {
    let folder = Environment.value("TMPDIR") ?? "/tmp"
    if let path = Environment.value("PART_BENCH_TICKS") { return races(try TickFileReader(path: path)) }
    let path = Path.join(folder, "part-bench-\(Clocks.wallNanoseconds())")
    let parts = (0..<3).map { "\(path)-\($0).ticks" }
    defer { for path in [path] + parts { try? Files.remove(path) } }
    try write([path])
    try write(parts)
    let whole = try TickFileReader(path: path)
    return races(whole) + [merges(whole, try parts.map { try TickFileReader(path: $0) })]
  }

  /// A file in time order, against the same ticks from one file for every series.
  private static func merges(_ whole: TickFileReader, _ parts: [TickFileReader]) -> Race {
    func runner(_ name: String, _ readers: [TickFileReader]) -> Runner {
      var out = TickColumns()
      return Runner(name: name, level: .best) {
        do {
          var merge = try MergedTicks(readers: readers, columns: .replay)
          while try merge.next(into: &out) { Sink.take(UInt64(out.count)) }
        } catch {
          preconditionFailure("the files that were just written cannot be read: \(error)")
        }
      }
    }
    return Race(
      title: "reading in time order", unit: "tick", units: whole.tickCount,
      runners: [runner("one file", [whole]), runner("three files", parts)])
  }

  private static func races(_ reader: TickFileReader) -> [Race] {
    func runner(_ name: String, _ columns: TickColumnSet, _ level: KernelLevel = .best) -> Runner {
      var out = TickColumns()
      return Runner(name: name, level: .best) {
        for block in reader.blocks.indices {
          do { try reader.decode(block: block, columns: columns, level: level, into: &out) } catch {
            preconditionFailure("the file that was just written cannot be read: \(error)")
          }
        }
        Sink.take(UInt64(out.count))
      }
    }
    var runners = [
      runner("all columns", .all), runner("replay", .replay), runner("series, prices", [.series, .prices]),
      spans(reader), runner("times", .times),
    ]
    runners += Roofs.levels.map { runner("series, prices, \($0.rawValue)", [.series, .prices], $0) }
    let race = Race(
      title: "decoding blocks, \(reader.compressedSize) bytes", unit: "tick", units: reader.tickCount,
      runners: runners)
    return [race, windows(reader)]
  }

  /// Every span by itself.
  private static func spans(_ reader: TickFileReader) -> Runner {
    var out = TickColumns()
    return Runner(name: "series, prices, spans", level: .best) {
      for (number, block) in reader.blocks.enumerated() {
        for span in 0..<block.spanCount {
          do {
            try reader.decode(block: number, span: span, columns: [.series, .prices], into: &out)
          } catch {
            preconditionFailure("the file that was just written cannot be read: \(error)")
          }
        }
      }
      Sink.take(UInt64(out.count))
    }
  }

  /// Windows out of the middle of the file, against the whole file.
  private static func windows(_ reader: TickFileReader) -> Race {
    func runner(_ name: String, share: Int64) -> Runner {
      var out = TickColumns()
      return Runner(name: name, level: .best) {
        do {
          let (first, last) = (reader.firstTime?.nanoseconds ?? 0, reader.lastTime?.nanoseconds ?? 0)
          let middle = first + (last - first) / 2
          let from = share == 1 ? first : middle
          let end = Timestamp(nanoseconds: from + (last - first) / share + 1)
          var merge = try MergedTicks(
            readers: [reader], columns: .replay, window: Timestamp(nanoseconds: from)..<end)
          while try merge.next(into: &out) { Sink.take(UInt64(out.count)) }
        } catch {
          preconditionFailure("the file that was just written cannot be read: \(error)")
        }
      }
    }
    return Race(
      title: "reading a window", unit: "window", units: 1,
      runners: [
        runner("the whole file", share: 1), runner("a tenth of it", share: 10),
        runner("a hundredth of it", share: 100), runner("a thousandth of it", share: 1_000),
      ])
  }

  /// Three series of trades with sizes, times that jitter by microseconds: in one file, or in one each.
  private static func write(_ paths: [String]) throws {
    let metadata = TickFileMetadata(source: "benchmark", tool: "PartBench")
    let files = try paths.map { try TickFileWriter(path: $0, force: true, metadata: metadata) }
    let writers = (0..<3).map { files[$0 % files.count] }
    let series = try zip(writers, ["AAAUSDT", "BBBUSDT", "CCCUSDT"]).map { writer, symbol in
      try writer.series(SeriesKey(symbol: symbol, kind: .mark))
    }
    var random = RandomStream(seed: 4, stream: 0, purpose: 0)
    var (time, prices): (Int64, [Int64]) = (1_600_000_000_000_000_000, [6_000_000, 400_000, 50_000])
    for _ in 0..<ticks {
      time += Int64(random.choice(count: 200_000)) * 1_000
      let number = random.choice(count: 3)
      prices[number] = max(1, prices[number] + Int64(random.choice(count: 21)) - 10)
      try writers[number].append(
        Tick(
          time: Timestamp(nanoseconds: time), series: series[number],
          price: ExactDecimal(mantissa: prices[number], scale: 2),
          size: ExactDecimal(mantissa: Int64(1 + random.choice(count: 5_000)), scale: 3)))
    }
    for file in files { _ = try file.finish() }
  }
}
