import Market
import Platform
import Testing

@testable import Report

@Suite struct CSVTests {
  @Test(arguments: [
    ("plain", "plain"), ("", ""), ("a,b", #""a,b""#), (#"say "a""#, #""say ""a""""#),
    ("two\nlines", "\"two\nlines\""), ("cr\r", "\"cr\r\""), ("größe", "größe"), (" blank ", " blank "),
  ])
  func quotesWhatNeedsIt(text: String, field: String) throws {
    var csv = CSVBuffer()
    csv.text(text)
    csv.text("x")
    csv.endRow()
    #expect(String(decoding: csv.bytes, as: UTF8.self) == field + ",x\n")
    #expect(try CSVReader.rows(csv.bytes, path: "x.csv") == [[text, "x"]])
  }

  @Test func numbersAreShortest() {
    var csv = CSVBuffer()
    let values: [Double] = [
      0, -0.0, 1, -2.5, 0.1, 0.1 + 0.2, 1e21, .leastNonzeroMagnitude, .infinity, -.infinity, .nan, 1_000_000,
    ]
    for value in values { csv.number(value) }
    csv.number(nil)
    csv.integer(-7)
    csv.time(Timestamp(nanoseconds: 1))
    csv.time(nil)
    csv.endRow()
    let row = "0,0,1,-2.5,0.1,0.30000000000000004,1e+21,5e-324,inf,-inf,,1000000,,-7,"
    #expect(String(decoding: csv.bytes, as: UTF8.self) == row + "1970-01-01T00:00:00.000000001Z,\n")
    #expect(csv.rows == 1)
  }

  @Test(arguments: [
    ("a,b\n1\n", "x.csv:2: the row has 1 fields, expected 2, as the header"),
    ("a\n\"1\n", "x.csv:2: a quote is not closed, expected RFC 4180"),
  ])
  func refusesBrokenTables(text: String, message: String) throws {
    let error = try #require(throws: InputError.self) { try CSVReader.rows(Array(text.utf8), path: "x.csv") }
    #expect(error.description == message)
  }

  @Test func readsWindowsLineEnds() throws {
    #expect(try CSVReader.rows(Array("a,b\r\n1,2\r\n".utf8), path: "x") == [["a", "b"], ["1", "2"]])
  }

  @Test func refusesAnotherTable() throws {
    let error = try #require(throws: InputError.self) { try PointList(bytes: Array("a,b\n".utf8), path: "x") }
    #expect(error.description.hasPrefix("x:1: these are not the columns of points.csv, expected point, the"))
  }
}
