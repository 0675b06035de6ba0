import Foundation
import Margin
import Market
import Platform
import Support
import Testing

@testable import Engine
@testable import Report

/// The bytes of all tables for two points made by hand.
@Suite struct TableTests {
  private func points() -> [ReportedPoint] {
    var hit = HandMade.account(1, start: 200, pnl: -50)
    hit.tally.liquidationSteps = 1
    hit.tally.liquidatedNotional = 100.5
    hit.tally.firstLiquidation = HandMade.time(61)
    hit.tally.fundPayment = 0
    let outcomes = [
      HandMade.outcome(HandMade.account(0, start: 100, open: true)),
      HandMade.outcome(hit, opened: 30, closed: 61),
      HandMade.outcome(HandMade.account(2, start: 1), rejection: .trigger),
    ]
    let entries = [
      HandMade.step(1, 61, notional: 100.5, fee: 0.25, ratioBefore: .infinity, outcome: .takeover),
      HandMade.sale(1, 61),
    ]
    return [
      HandMade.point(outcomes, entries, axisValues: ["x,y", "1"], fund: 10),
      HandMade.point([], number: 1, axisValues: ["z", "1"]),
    ]
  }

  private func timeline() -> Timeline {
    var samples = MarkSamples()
    samples.buckets = [HandMade.time(0), HandMade.time(60)]
    samples.marks = [[101.5], [.nan]]
    return Timeline(
      bucketNanoseconds: 60_000_000_000, samples: samples, instruments: [InstrumentIndex(0), nil])
  }

  private func manifest() -> Manifest {
    Manifest(
      version: "1.2.3", studyJSON: #"{"name":"hand"}"#, venueJSON: "{}",
      inputs: [
        Manifest.Input(
          path: "a\"b", digest: "00", bytes: 1, ticks: 7, source: "hand",
          notes: [(key: "candle path", value: "near"), (key: "other", value: "x")])
      ], seed: .max, axes: ["case", "leverage"], points: [["x,y", "1"], ["z", "1"]], accounts: [3, 0],
      statistics: ReplayStatistics(), engine: "dense", kernel: .baseline, threads: 2)
  }

  private func write(_ folder: TemporaryDirectory) throws -> [WrittenFile] {
    let options = ReportOptions(
      timeline: TimeSpan(nanoseconds: 60_000_000_000), accounts: true, worstRatio: false)
    let writer = try RunWriter(
      path: folder.file("out"), force: false, axes: ["case", "leverage"],
      instruments: ["BTCUSDT", "ETHUSDT"], options: options)
    for point in points() { try writer.write(point, timeline: timeline()) }
    return try writer.finish(manifest())
  }

  @Test func bytes() throws {
    let folder = try TemporaryDirectory()
    let files = try write(folder)
    #expect(files.map(\.rows) == [2, 1, 1, 4, 3, nil])
    #expect(
      try folder.text("out/points.csv").split(separator: "\n").dropFirst() == [
        """
        0,"x,y",1,3,7,1,0.3333333333333333,1,100.5,0,0,0,0,0,0,0,0,0,0,0,300,250,-50,0,0,1,10,10,,,,,\
        2021-05-19T12:01:01.000000000Z,2021-05-19T12:01:00.000000000Z,100.5
        """,
        "1,z,1,0,7,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,,,,,,,",
      ])
    #expect(
      try folder.text("out/liquidations.csv").split(separator: "\n").dropFirst() == [
        """
        0,1,"a,b",2021-05-19T12:01:01.000000000Z,1,margin,USDT,BTCUSDT,short,1,100.5,100.5,100.5,0.25,-0.5,\
        inf,0,2.5,takeover
        """
      ])
    #expect(
      try folder.text("out/conversions.csv").split(separator: "\n").dropFirst()
        == ["0,1,2021-05-19T12:01:01.000000000Z,2,threshold,BTC,0.125,USDT,1000,25"])
    #expect(
      try folder.text("out/timeline.csv") == """
        point,bucket,liquidations,liquidated_notional,fund_payment,open_accounts,mark_BTCUSDT,mark_ETHUSDT
        0,2021-05-19T12:00:00.000000000Z,0,0,0,2,101.5,
        0,2021-05-19T12:01:00.000000000Z,1,100.5,0,1,,
        1,2021-05-19T12:00:00.000000000Z,0,0,0,0,101.5,
        1,2021-05-19T12:01:00.000000000Z,0,0,0,0,,

        """)
    #expect(
      try folder.text("out/accounts.csv").split(separator: "\n").dropFirst() == [
        "0,0,crowd,cross,2.5,100,100,0,0,0,0,0,0,0,0,0,0,,,open",
        #"0,1,"a,b",cross,2.5,200,150,-50,0,0,0,0,0,0,0,0,0,,,liquidated"#,
        "0,2,crowd,cross,2.5,,,,,,,,,,,,,,,rejected",
      ])
    for file in files { #expect(try folder.bytes("out/\(file.name)").count == file.bytes, "\(file.name)") }
  }

  @Test func allRowsHaveTheHeadersFields() throws {
    let folder = try TemporaryDirectory()
    for file in try write(folder) where file.name.hasSuffix(".csv") {
      let rows = try CSVReader.rows(try folder.bytes("out/\(file.name)"), path: file.name)
      #expect(rows.count == (file.rows ?? 0) + 1)
      #expect(Set(rows[0]).count == rows[0].count, "every column of \(file.name) once")
    }
  }

  @Test func manifestReadsBack() throws {
    let folder = try TemporaryDirectory()
    _ = try write(folder)
    let data = Data(try folder.bytes("out/manifest.json"))
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect((json["program"] as? [String: Any])?["version"] as? String == "1.2.3")
    #expect((json["study"] as? [String: Any])?["name"] as? String == "hand")
    #expect(json["candle_path"] as? String == "near")
    #expect((json["seed"] as? NSNumber)?.uint64Value == .max)
    let points = try #require(json["points"] as? [[String: Any]])
    #expect(points.map { ($0["axes"] as? [String: Any])?["case"] as? String } == ["x,y", "z"])
    #expect((json["inputs"] as? [[String: Any]])?.first?["path"] as? String == "a\"b")
    let rows = (json["counts"] as? [String: Any])?["rows"] as? [String: Any]
    #expect(rows?["timeline.csv"] as? Int == 4)
  }

  @Test func pointsReadBack() throws {
    let folder = try TemporaryDirectory()
    _ = try write(folder)
    let list = try PointList(runDirectory: folder.file("out"))
    #expect(list.axes == ["case", "leverage"])
    #expect(list.rows.map(\.axisValues) == [["x,y", "1"], ["z", "1"]])
    #expect(list.value("liquidated_notional", in: list.rows[0]) == "100.5")
    #expect(list.value("case", in: list.rows[1]) == "z")
    #expect(list.value("nothing", in: list.rows[1]) == nil)
  }

  @Test func nothingStaysWithoutAnEnd() throws {
    let folder = try TemporaryDirectory()
    do {
      let writer = try RunWriter(
        path: folder.file("out"), force: false, axes: [], instruments: [], options: ReportOptions())
      try writer.write(HandMade.point([]), timeline: nil)
      #expect(try folder.names().count == 1)
    }
    #expect(try folder.names() == [])
  }
}
