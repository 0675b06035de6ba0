import Market
import Testing

@testable import TickImport

/// Every wrong file is refused with its line and column.
@Suite struct CandleErrorTests {
  static let header = "open_time,open,high,low,close\n"
  static let good = "1621425600000,100,105,99,101\n"

  @Test(arguments: [
    ("1621425660000,101,102\n", "3:22: the line has 3 columns, expected 5 columns as above it"),
    ("1621425660000,101,102,90,95,1\n", "3:29: the line has 6 columns, expected 5 columns as above it"),
    ("1621425660000,x1,102,90,95\n", "3:15: the open is 'x1', not a number"),
    ("1621425660000,101,,90,95\n", "3:19: the high is an empty field, not a number"),
    ("1621425660000,101,102,90,0\n", "3:26: the close is '0', expected a price above zero"),
    ("1621425660000,101,102,-90,95\n", "3:23: the low is '-90', expected a price above zero"),
    (
      "1621425660000,101,102,90,95.12345678901234567\n",
      "3:26: the close '95.12345678901234567' has more digits than a tick holds"
    ),
    ("1621425660000,101,89,90,95\n", "3:19: the high 89 is below the low 90"),
    ("1621425660000,103,102,90,95\n", "3:15: the open 103 is outside of the candle's low and high"),
    ("1621425660000,101,102,90,89.5\n", "3:26: the close 89.5 is outside of the candle's low and high"),
    (
      "1621425540000,101,102,90,95\n", "3:1: the open time '1621425540000' is before that of the candle above"
    ),
    ("1621425600000,101,102,90,95\n", "3:1: the open time '1621425600000' repeats with other prices"),
    ("noon,101,102,90,95\n", "3:1: the time is 'noon', expected a time as ISO 8601"),
    ("1621425660000,101,10\u{0}2,90,95\n", "3:21: a NUL byte"),
    ("\n1621425660000,101,102,90,95\n", "3: the line is empty"),
    ("1621425660000,\"101,102,90,95\n", "3:15: a quote that does not end"),
  ])
  func wrongRecord(line: String, message: String) {
    let error = importError(Self.header + Self.good + line) {
      $0.interval = TimeSpan(nanoseconds: minute)
      $0.isStrict = true
    }
    #expect(error.hasPrefix(message), "\(error)")
  }

  @Test(arguments: [
    ("", " the file is empty, expected records"),
    ("\n\n", " the file is empty"),
    ("open_time,open,high,low,close\n", " there is a header but no record"),
    ("a,b,c\n1,2,3\n", "1:1: the first line, 3 columns from 'a', is of no known format, expected klines ("),
    (
      "open_time,open,low,high,close\n1621425600000,100,105,99,101\n",
      "1:1: the first line, 5 columns from 'open_time', is of no known format"
    ),
  ])
  func wrongFile(text: String, message: String) {
    let error = importError(text)
    #expect(error.hasPrefix(message), "\(error)")
  }

  @Test func aForcedFormatNamesTheWrongHeader() {
    let error = importError("open_time,open,low,high,close\n1,1,1,1,1\n") { $0.format = "klines" }
    #expect(error.hasPrefix("1:16: column 3 is named 'low', expected open, high, low, close"), "\(error)")
    let other = importError("price,time\n1,2\n") { $0.format = "fundingRate" }
    #expect(other.hasPrefix("1:1: the first line, 2 columns from 'price', is not of the format fundingRate"))
  }

  @Test func oneCandleTellsNoInterval() {
    let error = importError(Self.header + Self.good)
    #expect(error.hasPrefix(" the steps between its candles tell no interval, expected --interval"))
  }

  @Test func aCandleInsideAnotherIsRefused() {
    let text =
      Self.header + Self.good + "1621425660000,1,1,1,1\n1621425720000,1,1,1,1\n1621425750000,1,1,1,1\n"
    let error = importError(text)
    #expect(error.hasPrefix("5:1: the candle opens before the one above it ends, with an interval of 1m"))
  }

  @Test func anInstrumentMustBeKnown() {
    let error = importError(Self.header + Self.good + "1621425660000,1,1,1,1\n", name: "candles.csv")
    #expect(error.hasPrefix(" neither the file's name nor a column says the instrument"))
  }

  @Test func anInstrumentThatNoInputTakesIsAnError() {
    let text = Self.header + Self.good + "1621425660000,1,1,1,1\n"
    let error = importError(text) { $0.instrument = "ETHUSDT" }
    #expect(error.hasPrefix(" 'ETHUSDT' is the instrument of no input"), "\(error)")
  }

  @Test func returnsAndByteOrderMarkAndEmptyEndAreTolerated() throws {
    let text = "\u{FEFF}open_time,open,high,low,close\r\n1621425600000,100,105,99,101\r\n"
    let both = text + "\"1621425660000\",100,105,99,\"101\"\r\n\r\n\n"
    let sink = try importFixtures([("BTCUSDT-1m.csv", both)]).sink
    #expect(sink.lines.last == "BTCUSDT trade \(noon + 2 * minute - 1_000_000) 101")
    #expect(sink.ticks.count == 8)
  }

  @Test func aVeryLongLineIsRefused() {
    let text = Self.header + Self.good + String(repeating: "9", count: (1 << 20) + (1 << 19))
    let error = importError(text) { $0.interval = TimeSpan(nanoseconds: minute) }
    #expect(error.hasPrefix("3: a line longer than 1048576 bytes"), "\(error)")
    let fields = importError(Self.header + Self.good + String(repeating: ",", count: 300) + "\n") {
      $0.interval = TimeSpan(nanoseconds: minute)
    }
    #expect(fields.hasPrefix("3:257: more than 256 fields"), "\(fields)")
  }

  @Test(arguments: [
    ("--format", "unknown format 'ohlc'"), ("--interval", "2ms is too short"),
    ("--instrument", "'a b' is no name"), ("--kind", "trade does not go with --format markPriceKlines"),
    ("--columns", "it does not go with --format klines"),
  ])
  func wrongOptions(option: String, message: String) throws {
    let error = importError(Self.header + Self.good) {
      switch option {
      case "--format": $0.format = "ohlc"
      case "--interval": $0.interval = TimeSpan(nanoseconds: 2_000_000)
      case "--instrument": $0.instrument = "a b"
      case "--kind": ($0.format, $0.kind) = ("markPriceKlines", .trade)
      default: ($0.format, $0.columns) = ("klines", ColumnSpec(time: "t", price: "p"))
      }
    }
    #expect(error.hasPrefix(" " + message), "\(error)")
  }
}
