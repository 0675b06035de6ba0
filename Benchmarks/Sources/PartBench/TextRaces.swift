import Market
import Platform
import Random
import Report

/// Writing rows of CSV.
enum TextRaces {
  private static let fields = 20_000

  static func all() -> [Race] {
    var random = RandomStream(seed: 5, stream: 0, purpose: 0)
    let ratios = (0..<fields).map { _ in random.uniform(from: 0, to: 2) }
    let cents = (0..<fields).map { _ in Double(random.choice(count: 10_000_000)) / 100 }
    let whole = (0..<fields).map { _ in Double(random.choice(count: 1_000_000)) }
    let times = (0..<fields).map { _ in
      Timestamp(nanoseconds: 1_600_000_000_000_000_000 + Int64(random.choice(count: 1 << 40)) * 1_000)
    }
    return [
      race("numbers with all their digits", ratios.map { "\($0)" }) { csv, place in csv.number(ratios[place])
      },
      race("numbers with two decimals", cents.map { "\($0)" }) { csv, place in csv.number(cents[place]) },
      race("whole numbers", whole.map { "\($0)" }) { csv, place in csv.number(whole[place]) },
      race("times", times.map { $0.description }) { csv, place in csv.time(times[place]) },
    ]
  }

  /// The first runner copies the same fields, which are text already.
  private static func race(
    _ what: String, _ texts: [String], _ write: @escaping (inout CSVBuffer, Int) -> Void
  ) -> Race {
    func runner(_ name: String, _ write: @escaping (inout CSVBuffer, Int) -> Void) -> Runner {
      Runner(name: name, level: nil) {
        var csv = CSVBuffer()
        for place in 0..<fields {
          write(&csv, place)
          if place % 8 == 7 { csv.endRow() }
        }
        Sink.take(UInt64(csv.bytes.count))
      }
    }
    var csv = CSVBuffer()
    for place in 0..<fields { write(&csv, place) }
    return Race(
      title: "CSV: \(what)", unit: "field", units: fields,
      runners: [runner("copied", { csv, place in csv.word(texts[place]) }), runner("written", write)],
      bytes: csv.bytes.count)
  }
}
