import Support
import Testing

/// `auto-exchange.yaml`: what is sold for a deficit of 5,000 USDC.
struct AutoExchangeStudyTests {
  /// Index prices of the study's ticks, USD.
  static let index = ["BTC": 50_000.0, "ETH": 2_000, "BNB": 400]

  /// One conversion: what is sold, its value at the index price, and the USDC that it covers.
  struct Sale {
    var account: String
    var asset: String
    /// USD, by hand: `D · share / (1 − auto_bid_buffer)`.
    var value: Double
    /// USDC.
    var covered: Double
  }

  /// Points 0 and 1 have the threshold at −5,000, 2 and 3 a cent above; 1 and 3 mark USDC up by 0.01 %.
  @Test func valuesAreThosePublished() throws {
    let sandbox = try StudyFolder.run(
      "auto-exchange", files: ["auto-exchange-book.jsonl", "auto-exchange-ticks.csv"])
    let table = Table(try sandbox.text("auto-exchange-run/conversions.csv"))
    let limit = Sale(account: "at-the-limit", asset: "BTC", value: 5_000 / 0.975, covered: 5_000)
    let below = Sale(account: "below", asset: "BTC", value: 5_001 / 0.975, covered: 5_001)
    let coins = [
      Sale(account: "three-coins", asset: "BTC", value: 3_076.923077, covered: 3_000),
      Sale(account: "three-coins", asset: "ETH", value: 1_025.641026, covered: 1_000),
      Sale(account: "three-coins", asset: "BNB", value: 1_052.631579, covered: 1_000),
    ]
    // The figure of the exchange's page.
    #expect(abs(limit.value - 5_128.20) < 0.01)
    for (point, markUp, sales) in [
      ("0", 1.0, [below]), ("1", 1.0001, [below]), ("2", 1.0, [limit, below] + coins),
      ("3", 1.0001, [limit, below] + coins),
    ] {
      let rows = table.rows("point", point)
      try #require(rows.count == sales.count, "point \(point)")
      for (row, sale) in zip(rows, sales) {
        #expect(row["account"] == sale.account && row["sold_asset"] == sale.asset)
        #expect(row["time"] == "2024-11-04T08:00:00.000000000Z" && row["cause"] == "threshold")
        #expect(row["covered_asset"] == "USDC")
        let value = number(row, "sold_units") * (Self.index[sale.asset] ?? .nan)
        #expect(abs(value - sale.value * markUp) < 1e-5, "\(row)")
        #expect(abs(number(row, "covered_units") - sale.covered) < 1e-9, "\(row)")
        #expect(abs(number(row, "cost") - (value - sale.covered)) < 1e-9, "\(row)")
      }
    }
  }

  /// 5 USDC of funding, then 5,128.21 USD of BTC for 5,000 USDC: 45,005 − 5 − 128.21.
  @Test func theBufferIsARealCost() throws {
    let sandbox = try StudyFolder.run(
      "auto-exchange", files: ["auto-exchange-book.jsonl", "auto-exchange-ticks.csv"])
    let rows = Table(try sandbox.text("auto-exchange-run/accounts.csv")).rows("account", "at-the-limit")
    #expect(rows.map { number($0, "end_equity") }.prefix(2) == [45_000, 45_000])
    #expect(abs(number(rows[2], "end_equity") - 44_871.794872) < 1e-6)
    #expect(abs(number(rows[3], "end_equity") - 44_871.282051) < 1e-6)
  }
}
