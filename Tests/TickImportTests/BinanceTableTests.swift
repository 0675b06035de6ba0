import Market
import Support
import TickFile
import Testing

@testable import TickImport

/// The tables of the public archive, each as published: with and without header, in ms and in µs.
@Suite struct BinanceTableTests {
  static let trades = "571,0.5000,20.0,10.0,1621425600000,true\n572,0.5100,4.0,2.04,1621425600250,false\n"
  static let aggregates =
    "9,0.5000,20.0,571,571,1621425600000,true\n10,0.5100,4.0,572,575,1621425600250,false\n"
  static let spotAggregates =
    "9,0.50000000,20.00000000,571,571,1621425600000000,True,True\n"
    + "10,0.51000000,4.00000000,572,575,1621425600250000,False,True\n"

  @Test(arguments: [
    ("trades", trades), ("trades", "id,price,qty,quote_qty,time,is_buyer_maker\n" + trades),
    ("trades", "id,price,qty,base_qty,time,is_buyer_maker\n" + trades),
    (
      "trades",
      "571,0.50000000,20.0,10.0,1621425600000000,True,True\n572,.51,4,2.04,1621425600250000,False,True\n"
    ),
    ("aggTrades", aggregates), ("aggTrades", spotAggregates),
    (
      "aggTrades",
      "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n" + aggregates
    ),
    ("aggTrades", aggregates.replacing("\n", with: "\r\n")),
  ])
  func tradesOfAllSpellings(format: String, text: String) throws {
    let (sink, summary) = try importFixtures([("BTCUSD_PERP-\(format)-2021-05-19.csv", text)])
    #expect(summary.inputs.map(\.format) == [format])
    #expect(sink.lines == ["BTCUSD_PERP trade \(noon) 0.5", "BTCUSD_PERP trade \(noon + 250_000_000) 0.51"])
    #expect(sink.ticks.map { $0.size?.description } == ["20", "4"])
    let forced = try importFixtures([("BTCUSD_PERP-\(format)-2021-05-19.csv", text)]) { $0.format = format }
    #expect(forced.sink.lines == sink.lines)
  }

  @Test(arguments: [
    "",
    "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time\n",
  ])
  func bestBidAndAsk(header: String) throws {
    let text = header + "7,99.9,1.5,100.1,2,1621425600000,1621425600004\n"
    let (sink, summary) = try importFixtures([("BTCUSDT-bookTicker-2024-01-01.csv", text)])
    #expect(summary.inputs.map(\.format) == ["bookTicker"])
    #expect(sink.lines == ["BTCUSDT bid \(noon) 99.9", "BTCUSDT ask \(noon) 100.1"])
    #expect(sink.ticks.map { $0.size?.description } == ["1.5", "2"])
  }

  @Test func spotCandlesInMicroseconds() throws {
    let line = { (open: Int) in
      "\(open),1,3,0.5,2,9,\(open + 59_999_999),9,1,1,1,0\n"
    }
    let text = line(1_621_425_600_000_000) + line(1_621_425_660_000_000)
    let (sink, summary) = try importFixtures([("BTCUSDT-1m-2025-01.csv", text)])
    #expect(summary.inputs.map(\.interval) == [TimeSpan(nanoseconds: minute)])
    #expect(sink.lines.prefix(2) == ["BTCUSDT trade \(noon) 1", "BTCUSDT trade \(noon + minute / 3) 0.5"])
  }

  @Test func thePremiumIndexIsNoPrice() throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write(
      "BTCUSDT-premiumIndexKlines-1m.csv", "1621425600000,0.1,0.1,0.1,0.1\n")
    let premium = try folder.write("BTCUSDT-premium-1m.csv", "1621425600000,0.1,0.1,0.1,0.1\n")
    #expect(throws: (any Error).self) { _ = try importFiles([path]) }
    #expect {
      _ = try importFiles([premium])
    } throws: {
      "\($0)".contains("a premium index is a fraction and no price")
    }
  }

  @Test func aRecordThatStandsTwiceIsLeftOutAcrossFiles() throws {
    let first: Fixture = ("BTCUSDT-aggTrades-a.csv", Self.aggregates)
    let second: Fixture = (
      "BTCUSDT-aggTrades-b.csv",
      "10,0.5100,4.0,572,575,1621425600250,false\n11,0.5100,4.0,576,576,1621425600250,false\n"
    )
    let (sink, summary) = try importFixtures([first, second])
    #expect(sink.ticks.count == 3)
    #expect(summary.dropped == ["repeated id": 1])
    let folder = try TemporaryDirectory()
    let path = try folder.write(
      "BTCUSDT-aggTrades-a.csv", Self.aggregates + "10,0.5100,4,572,575,1621425600250,false\n")
    #expect {
      _ = try importFiles([path]) { $0.isStrict = true }
    } throws: {
      "\($0)".contains("BTCUSDT-aggTrades-a.csv:3:1: the record of BTCUSDT trade stands twice (id 10, ")
    }
  }

  /// What the quick reader knows and what it leaves to the general one must come to the same.
  @Test(arguments: [
    "\"9\",0.5,20,1,1,1621425600000,true", "9,+0.5,20,1,1,1621425600000,true",
    "9,5e-1,20,1,1,1621425600000,true",
    "9,0.50,20.000,1,1,1621425600000,true", "9,00.5,20,1,1,1621425600000,\"true\"",
    "9,.5,20.,1,1,1621425600000,true",
    "9,0.5,20,1,1,1621425600,true", "9,0.5,20,1,1,1621425600000000000,true",
  ])
  func spellings(line: String) throws {
    let text =
      Self.aggregates + line.replacing("16214256", with: "16214257") + "\n"
      + line.replacing("16214256", with: "16214257") + "\n"
    let sink = try importFixtures([("BTCUSDT-aggTrades-a.csv", text)]) { $0.format = "aggTrades" }.sink
    #expect(sink.lines.count == 3)
    #expect(sink.lines.last == "BTCUSDT trade \(noon + 100_000_000_000) 0.5")
    #expect(sink.ticks.last?.size?.description == "20")
  }

  @Test(arguments: [
    ("9,0.5,20,1,1,1621425600000", "3:27: the line has 6 columns, expected 7 columns as above it"),
    ("9,0.5,20,1,1,1621425600000,true,true", "3:33: the line has 8 columns"),
    ("9,0.5x,20,1,1,1621425600000,true", "3:3: the price is '0.5x', not a number"),
    ("9,0.5,-20,1,1,1621425600000,true", "3:7: the size is '-20', expected a size of zero or more"),
    ("9,0.5,20,1,1,16214256000,true", "3:14: the time is '16214256000'"),
    ("9,1234567890123456.7,20,1,1,1621425600000,true", "3:3: the price '1234567890123456.7' has more digits"),
  ])
  func wrongRecords(line: String, message: String) {
    let error = importError(Self.aggregates + line + "\n", name: "BTCUSDT-aggTrades-a.csv")
    #expect(error.hasPrefix(message), "\(error)")
  }
}
