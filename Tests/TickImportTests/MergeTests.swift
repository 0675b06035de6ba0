import Market
import Platform
import Support
import TickFile
import Testing

@testable import TickImport

@Suite struct MergeTests {
  @Test func inputsAreMergedByTimeTiesInTheirOrder() throws {
    let a: Fixture = ("a.csv", "time,price,symbol\n1621425600,1,A\n1621425602,2,A\n1621425602,3,A\n")
    let b: Fixture = ("b.csv", "time,price,symbol\n1621425600,4,B\n1621425601,5,B\n1621425602,6,B\n")
    let c: Fixture = ("c.csv", "time,price,symbol\n1621425599,7,C\n1621425602,8,C\n")
    let forward = try importFixtures([a, b, c]).sink.ticks.map(\.price.mantissa)
    #expect(forward == [7, 1, 4, 5, 2, 3, 6, 8])
    let backward = try importFixtures([c, b, a]).sink.ticks.map(\.price.mantissa)
    #expect(backward == [7, 4, 1, 5, 8, 6, 2, 3])
  }

  @Test func daysOfOneSeriesFollowEachOtherWithTheirGaps() throws {
    let header = "open_time,open,high,low,close\n"
    let first: Fixture = ("BTCUSDT-1m-a.csv", header + "1621425600000,1,1,1,1\n1621425660000,1,1,1,1\n")
    let second: Fixture = ("BTCUSDT-1m-b.csv", header + "1621425780000,1,1,1,1\n1621425840000,1,1,1,1\n")
    let summary = try importFixtures([second, first]).summary
    #expect(summary.ticks == 16)
    #expect(summary.series.count == 1)
    #expect(summary.gaps.map(\.length) == [TimeSpan(nanoseconds: minute)])
    #expect(summary.gaps.map(\.start) == [Timestamp(nanoseconds: noon + 2 * minute)])
  }

  @Test func filesOfOneSeriesMustNotOverlap() throws {
    let header = "open_time,open,high,low,close\n"
    let first: Fixture = ("BTCUSDT-1m-a.csv", header + "1621425600000,1,1,1,1\n1621425660000,1,1,1,1\n")
    let second: Fixture = ("BTCUSDT-1m-b.csv", header + "1621425660000,1,1,1,1\n1621425720000,1,1,1,1\n")
    #expect {
      _ = try importFixtures([first, second])
    } throws: {
      "\($0)".contains("BTCUSDT-1m-b.csv: its times of BTCUSDT trade overlap with those of ")
    }
  }

  @Test func aRandomMergeEqualsAStableSort() throws {
    // A small generator of its own, so that the test needs no other module.
    var state: UInt64 = 11
    func next(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    var fixtures: [Fixture] = []
    var all: [(time: UInt64, price: UInt64)] = []
    for file in 0..<7 {
      var text = "time,price,symbol\n"
      var time: UInt64 = 1_621_425_600
      for row in 0..<(200 + UInt64(file) * 13) {
        time += next(3)
        let price = UInt64(file) * 1000 + row + 1
        text += "\(time),\(price),S\(file)\n"
        all.append((time, price))
      }
      fixtures.append(("f\(file).csv", text))
    }
    let expected = all.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
    let sink = try importFixtures(fixtures).sink
    #expect(sink.ticks.map { UInt64($0.price.mantissa) } == expected.map(\.element.price))
  }

  @Test func aPipeIsReadOnceAndAgreesWithTheFile() throws {
    let text = CandlePathTests.candles
    let prefixed = PrefixedStream(
      prefix: Array(text.utf8.prefix(50)), rest: MemoryStream(Array(text.utf8.dropFirst(50))))
    let reader = LineStream(prefixed, path: "-")
    var lines = 0
    while try reader.next() { lines += 1 }
    #expect(lines == 4)
    #expect(reader.bytesRead == text.utf8.count)
  }

  @Test func aMissingInputIsNamed() throws {
    #expect {
      _ = try importFiles(["/nonexistent/BTCUSDT-1m.csv"])
    } throws: {
      $0 is InputError && "\($0)".contains("/nonexistent/BTCUSDT-1m.csv")
    }
  }

  @Test func noInputIsAnError() {
    #expect(throws: InputError.self) { _ = try importFiles([]) }
  }
}
