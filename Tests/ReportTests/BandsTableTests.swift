import Platform
import Support
import Testing

@testable import Engine
@testable import Margin
@testable import Report

/// `bands.csv`, from times that were counted by hand.
@Suite struct BandsTableTests {
  private func outcome(_ seconds: Double) -> AccountOutcome {
    var bands = BandTimes(.green, at: HandMade.time(0))
    bands.enter(.red, at: HandMade.time(seconds))
    bands.enter(.yellow, at: HandMade.time(seconds + 0.25))
    bands.enter(.red, at: HandMade.time(seconds + 2))
    bands.end(at: HandMade.time(seconds + 2.125))
    var outcome = HandMade.outcome(HandMade.account(0, start: 100))
    outcome.bands = bands
    return outcome
  }

  @Test func oneRowForEachAccount() throws {
    let folder = try TemporaryDirectory()
    let writer = try RunWriter(
      path: folder.file("out"), force: false, axes: [], instruments: [], options: ReportOptions(bands: true))
    let rejected = HandMade.outcome(HandMade.account(1, start: 5), rejection: .trigger)
    let point = HandMade.point([outcome(0.5), rejected, HandMade.outcome(nil, opened: nil), outcome(86_400)])
    try writer.write(point, timeline: nil)
    let manifest = Manifest(
      version: "1", studyJSON: "{}", venueJSON: "{}", inputs: [], seed: nil, axes: [], points: [[]],
      accounts: [4], statistics: ReplayStatistics(), engine: "dense", kernel: .baseline, threads: 1)
    let files = try writer.finish(manifest)
    #expect(
      try folder.text("out/bands.csv") == """
        point,account,cohort,green_s,yellow_s,red_s,longest_red_s
        0,0,crowd,0.5,1.75,0.375,0.25
        0,1,"a,b",,,,
        0,2,crowd,,,,
        0,3,crowd,86400,1.75,0.375,0.25

        """)
    #expect(files.map(\.name).suffix(2) == ["bands.csv", "manifest.json"])
    #expect(files.map(\.rows).suffix(2) == [4, nil])
    #expect(try folder.text("out/manifest.json").contains("\"bands.csv\""))
  }

  /// A year of nanoseconds has more digits than a Double; its seconds are the nearest Double all the same.
  @Test(arguments: [
    (0, 0), (1, 1e-9), (2_500_000_000, 2.5), (999_999_999, 0.999999999), (31_536_000_000_000_000, 31_536_000),
    (31_536_000_123_456_000, 31_536_000.123456), (9_007_199_254_740_991, 9_007_199.254740991),
  ])
  func secondsAreTheNearestDouble(nanoseconds: Int64, seconds: Double) {
    #expect(BandsTable.seconds(nanoseconds) == seconds)
  }
}
