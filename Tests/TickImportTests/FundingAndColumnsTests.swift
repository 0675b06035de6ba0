import Market
import TickFile
import Testing

@testable import TickImport

@Suite struct FundingAndColumnsTests {
  @Test func fundingWithASymbolColumn() throws {
    let text =
      "symbol,funding_time,funding_rate\nBTCUSDT,1621382400000,0.00010000\n"
      + "ETHUSDT,1621382400000,-0.00089700\n"
    let sink = try importFixtures([("rates.csv", text)]).sink
    #expect(
      sink.lines == [
        "BTCUSDT funding 1621382400000000000 0.0001", "ETHUSDT funding 1621382400000000000 -0.000897",
      ])
  }

  @Test(arguments: [
    "calc_time,funding_interval_hours,last_funding_rate\n1621382400004,8,0.0001\n1621411200000,8,0\n",
    "1621382400004,8,0.0001\n1621411200000,8,0\n",
    "funding_time,funding_rate\n1621382400004,1e-4\n1621411200000,0.0\n",
  ])
  func fundingWithTheSymbolInTheName(text: String) throws {
    let sink = try importFixtures([("BNBUSDT-fundingRate-2021-05.csv", text)]).sink
    #expect(
      sink.lines == ["BNBUSDT funding 1621382400004000000 0.0001", "BNBUSDT funding 1621411200000000000 0"])
  }

  @Test func aRateIsAFraction() {
    let error = importError("funding_time,funding_rate\n1621382400000,1.01\n", name: "BNBUSDT-f.csv")
    #expect(error.hasPrefix("2:15: the funding rate is '1.01', expected a fraction of notional"), "\(error)")
  }

  @Test func namedColumns() throws {
    let text = "q,when,what,px,coin\n2,1500,trade,10.5,A\n,1500,bid,10.4,A\n0.5,2500,funding,-0.01,B\n"
    let sink = try importFixtures([("x.csv", text)]) {
      $0.columns = try? ColumnSpec(parsing: "time:ms=when,price=px,size=q,symbol=coin,kind=what")
    }.sink
    #expect(sink.lines == ["A trade 1500000000 10.5", "A bid 1500000000 10.4", "B funding 2500000000 -0.01"])
    #expect(sink.ticks.map { $0.size?.description } == ["2", nil, "0.5"])
  }

  @Test func usualColumnsAreRecognised() throws {
    let text =
      "timestamp,price,amount,flags\n1621425600000000,10.5,3,0\n1621425600000001,99,3,1\n"
    let sink = try importFixtures([("BTCUSDT-trades.csv", text)]).sink
    #expect(sink.lines == ["BTCUSDT trade \(noon) 10.5", "BTCUSDT trade \(noon + 1000) 99"])
    #expect(sink.ticks.map(\.flags) == [[], .notMarketTrade])
  }

  @Test(arguments: [
    ("1621425599999,1,2,A,bid", "3:1: the time is 1ms before that of a record above it"),
    ("1621425600001,-1,2,A,bid", "3:15: the price is '-1', expected a price above zero"),
    ("1621425600001,1,-2,A,bid", "3:17: the size is '-2', expected a size of zero or more"),
    ("1621425600001,1,2,A b,bid", "3:19: the symbol is 'A b', expected a name of 1 to 64 characters"),
    ("1621425600001,1,2,,bid", "3:19: the symbol is an empty field"),
    (
      "1621425600001,1,2,A,offer", "3:21: the kind is 'offer', expected trade, mark, index, bid, ask, funding"
    ),
  ])
  func wrongRecords(line: String, message: String) {
    let error = importError("time,price,size,symbol,kind\n1621425600000,1,2,A,bid\n" + line + "\n") {
      $0.isStrict = true
      $0.sortWindow = TimeSpan(nanoseconds: 0)
    }
    #expect(error.hasPrefix(message), "\(error)")
  }

  @Test(arguments: [
    ("time=a", "price is missing"), ("price=a", "time is missing"), ("time=a,price", "'price' has no ="),
    ("time=a,price=", "'price' names no column"), ("time:min=a,price=b", "unknown unit in 'time:min'"),
    ("time=a,price=b,price=c", "'price' stands twice"), ("time=a,price=b,volume=c", "unknown part 'volume'"),
  ])
  func wrongColumnOptions(text: String, problem: String) {
    #expect {
      _ = try ColumnSpec(parsing: text)
    } throws: {
      "\($0)".hasPrefix("--columns: \(problem)")
    }
  }

  @Test func aMissingColumnIsNamed() {
    let error = importError("t,p\n1,2\n") { $0.columns = ColumnSpec(time: "t", price: "price") }
    #expect(error == "1: no column is named 'price', expected one of t, p")
  }
}
