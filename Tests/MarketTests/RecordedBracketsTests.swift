import Foundation
import Market
import Support
import Testing

/// The import of everything that the exchange had at three dates.
@Suite struct RecordedBracketsTests {
  /// The file's date, how many symbols it has, and how many of their names a venue file can hold.
  private static let files = [("2022-02-12", 162, 162), ("2024-10-24", 349, 349), ("2025-12-05", 642, 641)]

  /// Every table loads, and its amounts are both the published ones and those of the published formula:
  /// the amount before, and floor · (rate − rate before).
  @Test(
    .enabled(if: sharedData("data/brackets") != nil, "the shared data folder is absent"), arguments: files)
  func loadsEverything(_ file: (date: String, symbols: Int, names: Int)) throws {
    let path = try #require(sharedData("data/brackets/binance-usdm-leverage-tiers-\(file.date).json"))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let result = try singleAsset(text).run()
    // A second reader, which knows nothing of the import.
    let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let symbols = try #require(parsed as? [String: [[String: Any]]])
    #expect(symbols.count == file.symbols && result.venue.instruments.count == file.names)
    let byName = Dictionary(uniqueKeysWithValues: result.venue.instruments.map { ($0.name, $0.brackets) })
    var compared = 0
    for (key, tiers) in symbols {
      let pair = key.replacing(#/:[A-Z]+/#, with: "").replacing("/", with: "").replacing("-", with: "_")
      guard let brackets = byName[pair] else {
        let isPlain = key.allSatisfy(\.isASCII)
        #expect(!isPlain, "\(key)")
        continue
      }
      let infos = try tiers.map { try #require($0["info"] as? [String: String]) }
      let rows = infos.filter { $0["notionalFloor"] != $0["notionalCap"] }
      #expect(rows.count == brackets.count, "\(key)")
      var before: Bracket?
      for (row, bracket) in zip(rows, brackets) {
        #expect(Double(row["cum"] ?? "") == bracket.amount, "\(key)")
        #expect(Double(row["notionalFloor"] ?? "") == bracket.floor, "\(key)")
        #expect(Double(row["maintMarginRatio"] ?? "") == bracket.rate, "\(key)")
        #expect(Double(row["initialLeverage"] ?? "") == bracket.maxLeverage, "\(key)")
        let formula = before.map { $0.amount + bracket.floor * (bracket.rate - $0.rate) } ?? 0
        #expect(abs(formula - bracket.amount) <= 1e-9 * max(1, formula), "\(key) \(bracket.floor)")
        before = bracket
        compared += 1
      }
    }
    #expect(compared > 5 * file.names)
  }

  /// What the exchange answered about haircuts and contracts, for the symbols that all three answers have.
  @Test(.enabled(if: sharedData("data/exchange-meta") != nil, "the shared data folder is absent"))
  func usesRecordedFiltersAndHaircuts() throws {
    func recorded(_ name: String) throws -> VenueImport.Answer {
      let path = try #require(sharedData("data/" + name))
      return try answer(try String(contentsOfFile: path, encoding: .utf8), path)
    }
    var request = try VenueImport(
      name: "v", brackets: try recorded("brackets/binance-usdm-leverage-tiers-2024-10-24.json"))
    request.symbols = ["BTCUSDT", "ZECUSDT"]
    request.exchangeInfo = try recorded("exchange-meta/binance-usdm-exchangeInfo-25symbols.json")
    request.assetIndex = try recorded(
      "exchange-meta/binance-usdm-assetIndex-BTCUSD-USDTUSD-2024-06-28.json")
    request.takerFees = try ImportFigures(option: "--taker-fee", values: ["0.0005"])
    let venue = try request.run().venue
    #expect(venue.instruments.map(\.lot.description) == ["0.001", "0.001"])
    #expect(venue.instruments.map(\.liquidationFee) == [0.0125, 0.025])
    #expect(venue.assets.map(\.name) == ["USDT", "BTC"])
    #expect(venue.assets.map(\.bidBuffer) == [0.0001, 0.05])
    #expect(venue.assets.map(\.autoAskBuffer) == [0.0001, 0.025])
    #expect(venue.assets.map { $0.autoThreshold?.first } == [-10_000, -0.1])
  }
}
