import Platform

/// Prints what the parts of a run cost, each beside a plainer way to do the same and beside what the
/// machine can do at most, taken in turn in one process.
@main enum PartBench {
  private static var sections: [(name: String, races: () throws -> [Race])] {
    [
      ("ticks", TickRaces.all), ("trees", TreeRaces.all), ("files", FileRaces.all), ("text", TextRaces.all),
      ("rules", RuleRaces.all),
    ]
  }

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let rounds = arguments.first.flatMap { Int($0) } ?? 11
    let wanted = Set(arguments.filter { Int($0) == nil })
    let known = sections.map(\.name) + ["machine"]
    if let other = wanted.first(where: { !known.contains($0) }) {
      print("There is no section \(other); known: \(known.joined(separator: ", ")).")
      return
    }
    print("Medians of \(rounds) turns, thread time; \(Machine.processor)")
    if wanted.isEmpty || wanted.contains("machine") {
      print("\nThe machine")
      for row in MachineTable.rows(rounds: rounds) { print(Text.row(row, [16, 12, 20])) }
    }
    for section in sections where wanted.isEmpty || wanted.contains(section.name) {
      for race in try section.races() { show(race, race.run(rounds: rounds)) }
    }
  }

  private static func show(_ race: Race, _ rows: [Race.Row]) {
    print("\n\(race.title)")
    let first = race.runners[0].name
    for row in rows {
      var cells = [row.name, "\(Text.time(row.time)) / \(race.unit)"]
      if let bytes = race.bytes {
        cells.append("\(Text.rounded(Double(bytes) / Double(race.units) / row.time * 1e3)) MB/s")
      } else {
        cells.append("\(Text.rounded(1e3 / row.time)) M \(race.unit)s/s")
      }
      cells.append(row.name == first ? "" : "\(Text.rounded(row.ratio)) × \(first)")
      cells += row.shares.map { "\(Text.rounded($0.share)) of \($0.bound)" }
      print("  " + Text.row(cells, [24, 20, 24, 28, 16, 16]))
    }
  }
}
