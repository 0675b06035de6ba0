import Testing

@testable import Report

@Suite struct HeatMapTests {
  /// A list with the values of one column, the last axis fastest.
  private func list(_ axes: [(String, [String])], _ column: String, _ values: [String]) -> PointList {
    var combinations: [[String]] = [[]]
    for (_, names) in axes { combinations = combinations.flatMap { head in names.map { head + [$0] } } }
    return PointList(
      axes: axes.map(\.0), columns: [column],
      rows: zip(combinations, values).enumerated().map { number, pair in
        PointList.Row(point: number, axisValues: pair.0, values: [pair.1])
      })
  }

  private let grid: [(String, [String])] = [
    ("leverage", ["2", "5", "10"]), ("haircut_scale", ["0.5", "1"]),
  ]

  @Test func plain() throws {
    let list = list(grid, "liquidated_share", ["0", "0.001", "0.25", "0.3333", "1", ""])
    let maps = HeatMap.maps(of: list, column: "liquidated_share")
    #expect(maps.count == 1)
    #expect(
      try #require(maps.first).text(hasColor: false) == """
                  haircut_scale
        leverage    0.5      1
               2    0.0    0.1
               5   25.0   33.3
              10  100.0      -
        cells: liquidated_share, % of accounts

        """)
  }

  @Test func coloured() throws {
    let list = list([("leverage", ["2", "5", "10"])], "liquidated_share", ["0", "0.5", "1"])
    let text = try #require(HeatMap.maps(of: list, column: "liquidated_share").first).text(hasColor: true)
    #expect(
      text == """
        leverage
               2  \u{1B}[48;5;22m\u{1B}[38;5;231m  0.0\u{1B}[0m
               5  \u{1B}[48;5;142m\u{1B}[38;5;16m 50.0\u{1B}[0m
              10  \u{1B}[48;5;124m\u{1B}[38;5;231m100.0\u{1B}[0m
        cells: liquidated_share, % of accounts

        """)
  }

  @Test func axesWithOneValueFillUp() throws {
    let axes = [("one", ["7"]), ("mode", ["cross", "isolated"]), ("two", ["8"])]
    let map = try #require(HeatMap.maps(of: list(axes, "pnl", ["-1500", "2.5"]), column: "pnl").first)
    #expect((map.rowAxis, map.columnAxis) == ("one", "mode"))
    #expect(
      map.text(hasColor: false) == """
             mode
        one     cross  isolated
          7    -1.50k      2.50
        cells: pnl, USD

        """)
  }

  @Test func moreAxesGiveMoreMaps() throws {
    let axes = grid + [("mode", ["cross", "isolated"])]
    let list = list(axes, "fund_payment", (0..<12).map(String.init))
    let maps = HeatMap.maps(of: list, column: "fund_payment")
    #expect(maps.map(\.held) == [["mode = cross"], ["mode = isolated"]])
    #expect(maps.map(\.cells) == [[[0, 2], [4, 6], [8, 10]], [[1, 3], [5, 7], [9, 11]]])
    #expect(maps[0].text(hasColor: false).hasPrefix("at mode = cross\n"))
    #expect(HeatMap.maps(of: list, column: "fund_payment", limit: 1).count == 1)
    #expect(HeatMap.maps(of: list, column: "no_such_column").isEmpty)
  }

  @Test func onePointWithoutAxes() throws {
    let map = try #require(
      HeatMap.maps(of: list([], "liquidated_share", ["0.5"]), column: "liquidated_share").first)
    #expect(map.text(hasColor: false) == "  50.0\ncells: liquidated_share, % of accounts\n")
  }

  @Test func columnsThatDoNotFitAreNamed() throws {
    let axes = [("a", ["1", "2"]), ("b", (0..<20).map { "b\($0)" })]
    let map = try #require(
      HeatMap.maps(of: list(axes, "accounts", [String](repeating: "5", count: 40)), column: "accounts").first)
    let text = map.text(hasColor: false, width: 20)
    let lines: [Substring] = text.split(separator: "\n")
    #expect(lines.dropLast(2).allSatisfy { $0.count <= 20 })
    #expect(text.hasSuffix("cells: accounts, count\n17 more columns do not fit\n"))
  }

  @Test(arguments: [
    (0.0, "0"), (12, "12"), (3.456, "3.46"), (34.56, "34.6"), (345.6, "346"), (999.4, "999"),
    (999.6, "1.00k"),
    (15_000_000, "15.0M"), (-2_500, "-2.50k"), (-0.001, "0.00"), (1e18, "1000000T"),
  ])
  func shortNumbers(value: Double, text: String) { #expect(HeatMap.short(value) == text) }
}
