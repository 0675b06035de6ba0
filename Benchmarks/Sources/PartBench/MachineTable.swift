import CRoof
import Platform

/// What the machine itself can do, level by level: the figures that the bounds come from.
enum MachineTable {
  static func rows(rounds: Int) -> [[String]] {
    var rows: [[String]] = []
    let sizes = [(24, "24 KiB"), (512, "512 KiB"), (8_192, "8 MiB"), (262_144, "256 MiB")]
    for (kibibytes, name) in sizes {
      let race = Race(
        title: "", unit: "byte", units: kibibytes << 10, runners: runners(Roofs.read(kibibytes << 10)))
      for row in race.run(rounds: rounds) {
        rows.append(["read \(name)", row.name, Text.rounded(1 / row.time) + " GB/s"])
      }
    }
    let count = 14 * 8 * 10_000
    var peaks = runners(Roofs.muladd(count)) + runners(Roofs.minmax(count))
    let names = peaks.indices.map { $0 < peaks.count / 2 ? "mul+add" : "min+max" } + ["fma", "fma"]
    if Roofs.bounded.contains(.v3) {
      peaks.append(Runner(name: "v3", level: nil) { Sink.take(croof_fma_avx2(count / (14 * 4))) })
    }
    if Roofs.bounded.contains(.v4) {
      peaks.append(Runner(name: "v4", level: nil) { Sink.take(croof_fma_avx512(count / (14 * 8))) })
    }
    let race = Race(title: "", unit: "pair", units: count, runners: peaks)
    for (name, row) in zip(names, race.run(rounds: rounds)) {
      rows.append([name, row.name, Text.rounded(1 / row.time) + " G pairs/s"])
    }
    return rows
  }

  private static func runners(_ bounds: [Bound]) -> [Runner] {
    bounds.map { Runner(name: $0.level.rawValue, level: nil, run: $0.run) }
  }
}
