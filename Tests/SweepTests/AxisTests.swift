import Market
import Platform
import Sweep
import Testing

@Suite struct AxisTests {
  private func axes(_ text: String) throws -> [Axis] {
    let study = """
      name: axes
      ticks: [a]
      venue: x
      population: {accounts: 1, seed: 7, cohorts: []}
      axes: {\(text)}
      """
    return try Study(document: try Document.parse(study, path: "study.yaml")).axes
  }

  private func texts(_ text: String) throws -> [String] {
    let axis = try #require(try axes(text).first)
    return axis.values.indices.map(axis.text)
  }

  @Test(arguments: [
    ("leverage: [5, 2.50, 1e1]", ["5", "2.50", "1e1"]),
    ("leverage: {from: 1, to: 3, step: 1}", ["1", "2", "3"]),
    // Ten steps of 0.1 reach 1 exactly, as decimals do and Doubles do not.
    (
      "haircut_scale: {from: 0, to: 1, step: 0.1}",
      ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"]
    ),
    ("haircut_scale: {from: 0.25, to: 1, step: 0.5}", ["0.25", "0.75"]),
    ("haircut_scale: {from: 1, to: 1, step: 5}", ["1"]),
    ("leverage: {log: {from: 1, to: 100, count: 3}}", ["1", "10", "100"]),
    // 10^(1/3) = 2.15443469…, 10^(2/3) = 4.64158883….
    ("leverage: {log: {from: 1, to: 10, count: 4}}", ["1", "2.15443", "4.64159", "10"]),
    (
      "haircut_scale: {log: {from: 0.001, to: 1000, count: 7}}",
      ["0.001", "0.01", "0.1", "1", "10", "100", "1000"]
    ),
    ("venue.x.brackets: [[{floor: 0}], null]", [#"[{"floor":0}]"#, "null"]),
  ])
  func values(text: String, expected: [String]) throws {
    #expect(try texts(text) == expected)
  }

  @Test func randomValuesComeFromTheSeed() throws {
    let drawn = try texts("leverage: {random: 40, low: 2, high: 4}")
    #expect(drawn.count == 40)
    #expect(drawn.allSatisfy { $0.utf8.count <= 7 && (2.0...4.0).contains(Double($0) ?? 0) })
    #expect(try texts("leverage: {random: 40, low: 2, high: 4}") == drawn)
    #expect(try texts("leverage: {random: 40, low: 2, high: 4, seed: 8}") != drawn)
    // A longer axis begins with the same values.
    #expect(Array(try texts("leverage: {random: 50, low: 2, high: 4}").prefix(40)) == drawn)
  }

  @Test func targets() throws {
    let found = try axes(
      "mode: [cross], haircut_scale: [1], venue.fund.size: [1], population.accounts: [1], leverage: [1]")
    #expect(
      found.map(\.target) == [
        .mode, .haircutScale, .venue(path: "fund.size"), .population(path: "population.accounts"), .leverage,
      ])
  }
}
