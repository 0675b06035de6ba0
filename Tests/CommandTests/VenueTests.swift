import Foundation
import Support
import Testing

/// `venue list` and `venue show`.
struct VenueTests {
  @Test func theListNamesThePresets() throws {
    let result = try runBinary(["venue", "list"])
    #expect(result.status == 0)
    for name in ["binance-usdm-single-2021", "binance-usdm-multi-2021", "binance-usdm-multi-2024"] {
      #expect("\n\(result.stdout)".contains("\n\(name)  ("))
    }
    #expect(result.stderr.isEmpty)
  }

  @Test func theListAsJSONNamesAssetsAndInstruments() throws {
    let result = try runBinary(["venue", "list", "--json"])
    let list = try JSONSerialization.jsonObject(with: Data(result.stdoutBytes)) as? [[String: Any]] ?? []
    let venue = try #require(list.first { $0["name"] as? String == "binance-usdm-multi-2024" })
    let instruments = venue["instruments"] as? [String] ?? []
    for name in ["BTC", "ETH", "BNB", "SOL", "XRP", "ADA", "DOGE"] {
      #expect(instruments.contains("\(name)USDT"))
    }
    #expect(instruments.contains("BTCUSDC"))
    #expect((venue["source"] as? String)?.isEmpty == false)
  }

  /// The table of March 2021, as published: above 250,000 USDT 1 % less 1,300, above 1,000,000 2.5 % less
  /// 16,300.
  @Test func showPrintsTheBrackets() throws {
    let result = try runBinary(["venue", "show", "binance-usdm-multi-2021"])
    #expect(result.status == 0)
    let rows = result.stdout.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.contains(["250000", "0.01", "50", "1300"]))
    #expect(rows.contains(["1000000", "0.025", "20", "16300"]))
  }

  /// The loan section of Cross Margin Pro: brackets of BTC as on the exchange's margin data page, slices of
  /// its collateral value as on its support page.
  @Test func showPrintsTheLoanSection() throws {
    let result = try runBinary(["venue", "show", "binance-cross-pro", "--set", "loan.call=1.25"])
    #expect(result.status == 0)
    #expect(result.stdout.contains("Loan: level by formula pro, debts in USDT\n"))
    #expect(result.stdout.contains("\ninterest: hourly, from debt\n"))
    let rows = result.stdout.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.contains(["call", "at", "or", "under", "1.25"]))
    #expect(rows.contains(["liquidation", "at", "or", "under", "1"]))
    #expect(rows.contains(["100000", "0.08", "6", "2000"]))
    #expect(rows.contains(["120000000", "0.95", "5500000"]))
    #expect(rows.contains(["BTC", "1", "6", "1.08854e-05", "3"]))
  }

  @Test func showAsJSONHasTheOverrides() throws {
    let result = try runBinary([
      "venue", "show", "binance-usdm-multi-2021", "--json", "--set", "venue.assets.BTC.bid_buffer=0.25",
      "--set", "fund.size=1000",
    ])
    #expect(result.status == 0)
    let venue = try result.json()
    let assets = venue["assets"] as? [String: [String: Any]] ?? [:]
    #expect(assets["BTC"]?["bid_buffer"] as? Double == 0.25)
    #expect((venue["fund"] as? [String: Any])?["size"] as? Double == 1000)
  }

  @Test func anUnknownVenueIsNamedWithTheKnownOnes() throws {
    let result = try runBinary(["venue", "show", "nyse"])
    #expect(result.status == 2)
    #expect(result.stdout.isEmpty)
    #expect(result.firstErrorLine.hasPrefix("venue show: there is no venue nyse, expected one of: binance-"))
  }

  @Test func anUnknownKeyOfAVenueFileIsNamedWithItsPlace() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "v.yaml",
      """
      name: v
      source: made up
      assets:
        USDT: {stable: true, bid_bufer: 0.1}
      instruments: {}
      """)
    let result = try sandbox.run("venue", "show", "./v.yaml")
    #expect(result.status == 2)
    #expect(
      result.firstErrorLine.hasPrefix("./v.yaml:4:24: unknown key bid_bufer in assets.USDT, expected one of"))
  }

  @Test func anOverrideOutOfBoundsIsRefused() throws {
    let result = try runBinary([
      "venue", "show", "binance-usdm-multi-2021", "--set", "assets.BTC.bid_buffer=1.5",
    ])
    #expect(result.status == 2)
    #expect(
      result.firstErrorLine.hasPrefix("--set assets.BTC.bid_buffer=1.5:1:1: assets.BTC.bid_buffer is 1.5"))
  }
}
