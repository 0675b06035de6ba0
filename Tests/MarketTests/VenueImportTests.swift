import Market
import Platform
import Support
import Testing

/// One contract as the exchange answers.
let rawBrackets = """
  [{"symbol":"BTCUSDT","brackets":[
    {"bracket":1,"initialLeverage":125,"notionalCap":5E4,"notionalFloor":0,"maintMarginRatio":0.004,"cum":0},
    {"bracket":2,"initialLeverage":100,"notionalCap":250000,"notionalFloor":50000,"maintMarginRatio":0.005,
     "cum":50.0}]},
   {"symbol":"ETHUSDC","brackets":[
    {"bracket":1,"initialLeverage":20,"notionalCap":9223372036854775807,"notionalFloor":0,
     "maintMarginRatio":0.0250,"cum":0}]}]
  """

/// The same first contract as a dump of 2022 keeps it.
let oldDump = """
  {"BTC/USDT": [
    {"tier": 1, "notionalFloor": 0, "notionalCap": 50000, "maintenanceMarginRatio": 0.004, "maxLeverage": 125,
     "info": {"bracket": "1", "initialLeverage": "125", "notionalCap": "50000", "notionalFloor": "0",
              "maintMarginRatio": "0.004", "cum": "0.0"}},
    {"tier": 2, "notionalFloor": 50000, "notionalCap": 250000, "maintenanceMarginRatio": 0.005,
     "maxLeverage": 100,
     "info": {"bracket": "2", "initialLeverage": "100", "notionalCap": "2.5E5", "notionalFloor": "50000",
              "maintMarginRatio": "0.00500", "cum": "5.0E1"}}],
   "BTCUSDT_210326": [
    {"tier": 1, "notionalFloor": 0, "notionalCap": 5000, "maintenanceMarginRatio": 0.02, "maxLeverage": 25,
     "info": {"bracket": "1", "initialLeverage": "25", "notionalCap": "5000", "notionalFloor": "0",
              "maintMarginRatio": "0.02", "cum": "0.0"}}]}
  """

/// A row that covers nothing stands between the others.
let newDump = """
  {"ETH/BTC:BTC": [
    {"tier": 1.0, "symbol": "ETH/BTC:BTC", "currency": "BTC", "minNotional": 0.0, "maxNotional": 5.0,
     "maintenanceMarginRate": 0.01, "maxLeverage": 75.0,
     "info": {"bracket": "1", "initialLeverage": "75", "notionalCap": "5", "notionalFloor": "0",
              "maintMarginRatio": "0.01", "cum": "0.0"}},
    {"tier": 2.0, "minNotional": 5.0, "maxNotional": 5.0, "maintenanceMarginRate": 0.02, "maxLeverage": 50.0,
     "info": {"bracket": "2", "initialLeverage": "50", "notionalCap": "5", "notionalFloor": "5",
              "maintMarginRatio": "0.02", "cum": "0.05"}},
    {"tier": 3.0, "minNotional": 5.0, "maxNotional": 10.0, "maintenanceMarginRate": 0.025, "maxLeverage": 20,
     "info": {"bracket": "3", "initialLeverage": "20", "notionalCap": "10", "notionalFloor": "5",
              "maintMarginRatio": "0.025", "cum": "0.075"}}],
   "BTC/USDT:USDT-241227": [
    {"tier": 1.0, "minNotional": 0.0, "maxNotional": 100.0, "maintenanceMarginRate": 0.02, "maxLeverage": 25,
     "info": {"bracket": "1", "initialLeverage": "25", "notionalCap": "100", "notionalFloor": "0",
              "maintMarginRatio": "0.02", "cum": "0.0"}}]}
  """

let contractFilters = """
  {"symbols": [{"symbol": "BTCUSDT", "baseAsset": "BTC", "marginAsset": "USDT", "liquidationFee": "0.012500",
    "filters": [{"filterType": "PRICE_FILTER", "tickSize": "0.10"},
      {"filterType": "LOT_SIZE", "minQty": "0.001", "stepSize": "0.0010"},
      {"filterType": "MARKET_LOT_SIZE", "stepSize": "1"}]}],
   "assets": [{"asset": "USDT", "autoAssetExchange": "-10000", "marginAvailable": true},
     {"asset": "BTC", "autoAssetExchange": "-0.10000000", "marginAvailable": true},
     {"asset": "BNB", "autoAssetExchange": null, "marginAvailable": true}]}
  """

let indexAnswer = """
  [{"symbol": "BTCUSD", "bidBuffer": "0.05000000", "askBuffer": "0.06000000",
    "autoExchangeBidBuffer": "0.02500000", "autoExchangeAskBuffer": "0.03000000", "index": "61475.0"},
   {"symbol": "USDTUSD", "bidBuffer": "0.00010000", "askBuffer": "0.00020000",
    "autoExchangeBidBuffer": "0.00030000", "autoExchangeAskBuffer": "0.00040000"}]
  """

func answer(_ text: String, _ path: String) throws -> VenueImport.Answer {
  VenueImport.Answer(document: try Document.parse(text, path: path), digest: "xxh64 0123456789abcdef")
}

/// An import without haircuts whose missing figures are given for all.
func singleAsset(_ brackets: String, symbols: [String]? = nil) throws -> VenueImport {
  var request = try VenueImport(name: "v", brackets: try answer(brackets, "b.json"))
  request.isSingleAsset = true
  request.symbols = symbols
  request.takerFees = try ImportFigures(option: "--taker-fee", values: ["0.0005"])
  request.lots = try ImportFigures(option: "--lot", values: ["0.001"])
  request.liquidationFees = try ImportFigures(option: "--liquidation-fee", values: ["0.0125"])
  return request
}

/// Venues from the answers of an exchange, in each of their forms.
@Suite struct VenueImportTests {
  @Test func theAnswerItself() throws {
    let result = try singleAsset(rawBrackets).run()
    let venue = result.venue
    #expect(venue.instruments.map(\.name) == ["BTCUSDT", "ETHUSDC"])
    #expect(
      venue.instruments[0].brackets == [
        Bracket(floor: 0, rate: 0.004, maxLeverage: 125, amount: 0),
        Bracket(floor: 50_000, rate: 0.005, maxLeverage: 100, amount: 50),
      ])
    #expect(venue.instruments[1].brackets == [Bracket(floor: 0, rate: 0.025, maxLeverage: 20, amount: 0)])
    #expect(venue.assets.map(\.name) == ["USDT", "USDC", "BTC", "ETH"])
    #expect(venue.assets.map(\.isStable) == [true, true, false, false])
    #expect(venue.assets.map(\.bidBuffer) == [0, 0, 1, 1])
    #expect(result.text.contains("brackets:   # published cap on positions, not applied: 250,000 USDT\n"))
    // The largest whole number that a program has stands for no cap.
    #expect(result.text.contains("brackets:\n      - {floor: 0, rate: 0.025, max_leverage: 20, amount: 0}\n"))
    #expect(
      result.text.contains(
        """
              - {floor:     0, rate: 0.004, max_leverage: 125, amount:  0}
              - {floor: 50000, rate: 0.005, max_leverage: 100, amount: 50}

        """))
    #expect(venue.source.contains("brackets b.json (xxh64 0123456789abcdef)"))
  }

  @Test func theAnswerAboutOneSymbol() throws {
    let one = """
      {"symbol": "BTCUSDT", "notionalCoef": "1.00", "brackets": [{"bracket": 1, "initialLeverage": 5,
        "notionalCap": 10, "notionalFloor": 0, "maintMarginRatio": 0.1, "cum": 0}]}
      """
    #expect(try singleAsset(one).run().venue.instruments.map(\.name) == ["BTCUSDT"])
  }

  @Test func aDumpOf2022() throws {
    let venue = try singleAsset(oldDump).run().venue
    #expect(venue.instruments.map(\.name) == ["BTCUSDT", "BTCUSDT_210326"])
    #expect(venue.instruments.map(\.baseName) == ["BTC", "BTC"])
    #expect(venue.instruments[0].brackets.map(\.amount) == [0, 50])
    #expect(venue.assets.map(\.indexFrom) == [nil, InstrumentIndex(0)])
  }

  @Test func aLaterDump() throws {
    let result = try singleAsset(newDump).run()
    let venue = result.venue
    #expect(venue.instruments.map(\.name) == ["ETHBTC", "BTCUSDT_241227"])
    #expect(venue.instruments.map { venue.assets[$0.marginAsset.rawValue].name } == ["BTC", "USDT"])
    #expect(venue.instruments[0].brackets.map(\.floor) == [0, 5])
    #expect(venue.instruments[0].brackets.map(\.amount) == [0, 0.075])
    #expect(result.notes == ["rows that begin where they end are left out: ETHBTC"])
    // A coin that margins a contract backs it.
    #expect(venue.assets.first { $0.name == "BTC" }?.bidBuffer == 0)
  }

  @Test func filtersAndHaircuts() throws {
    var request = try VenueImport(name: "v", brackets: try answer(rawBrackets, "b.json"))
    request.symbols = ["BTCUSDT"]
    request.assetIndex = try answer(indexAnswer, "i.json")
    request.exchangeInfo = try answer(contractFilters, "e.json")
    request.takerFees = try ImportFigures(option: "--taker-fee", values: ["0.0005", "BTCUSDT=0.0004"])
    request.ltv = .scalar("0.995", at: Platform.SourceLocation(path: "--ltv"))
    let result = try request.run()
    let instrument = result.venue.instruments[0]
    #expect(instrument.lot == ExactDecimal(mantissa: 1, scale: 3))
    #expect(instrument.liquidationFee == 0.0125 && instrument.takerFee == 0.0004)
    let (usdt, btc) = (result.venue.assets[0], result.venue.assets[1])
    #expect(
      [usdt.bidBuffer, usdt.askBuffer, usdt.autoBidBuffer, usdt.autoAskBuffer] == [1e-4, 2e-4, 3e-4, 4e-4])
    #expect(
      [btc.bidBuffer, btc.askBuffer, btc.autoBidBuffer, btc.autoAskBuffer] == [0.05, 0.06, 0.025, 0.03])
    #expect(usdt.autoThreshold?.first == -10_000 && btc.autoThreshold?.last == -0.1)
    #expect(result.venue.autoExchange.ltv == 0.995)
    // Text like the one that people write: no zeros at the end, nothing rounded.
    #expect(result.text.contains("\n    lot: 0.001\n") && result.text.contains("liquidation_fee: 0.0125\n"))
    #expect(result.text.contains("auto_threshold: -0.1}"))
  }

  @Test func whatTheUserGivesWins() throws {
    var request = try VenueImport(name: "v", brackets: try answer(rawBrackets, "b.json"))
    request.symbols = ["BTCUSDT"]
    request.assetIndex = try answer(indexAnswer, "i.json")
    request.exchangeInfo = try answer(contractFilters, "e.json")
    request.takerFees = try ImportFigures(option: "--taker-fee", values: ["0"])
    request.lots = try ImportFigures(option: "--lot", values: ["BTCUSDT=0.5", "7"])
    // For all that have none of their own: the contract filters have one.
    request.liquidationFees = try ImportFigures(option: "--liquidation-fee", values: ["0.5"])
    try request.addHaircuts(option: "--haircut", values: ["BTC=0.2,0.1,0.3,0.4"])
    let venue = try request.run().venue
    #expect(venue.instruments[0].lot.description == "0.5")
    #expect(venue.instruments[0].liquidationFee == 0.0125)
    #expect(venue.assets.first { $0.name == "BTC" }?.autoAskBuffer == 0.4)
    #expect(venue.assets.first { $0.name == "BTC" }?.bidBuffer == 0.2)
  }

  @Test func digitsAreKept() throws {
    let odd = rawBrackets.replacing("0.005,", with: "0.0050000000000000001,")
    #expect(
      inputError { _ = try singleAsset(odd).run() }?.description.contains("0.0050000000000000001") == true)
    let fine = rawBrackets.replacing("0.0250", with: "0.025000000000001")
    #expect(try singleAsset(fine).run().text.contains("rate: 0.025000000000001,"))
  }

  @Test func aSymbolThatIsNoNameIsLeftOut() throws {
    let text = rawBrackets.replacing("ETHUSDC", with: "\\u5e01USDT")
    let result = try singleAsset(text).run()
    #expect(result.venue.instruments.map(\.name) == ["BTCUSDT"])
    #expect(result.notes == ["symbols that cannot be names are left out: \u{5e01}USDT"])
  }

  @Test func theTextIsTheVenue() throws {
    for text in [rawBrackets, oldDump, newDump] {
      let result = try singleAsset(text).run()
      let again = try VenueFile(text: result.text, path: "again.yaml").venue()
      #expect(again.assets == result.venue.assets && again.instruments == result.venue.instruments)
      #expect(again.liquidation == result.venue.liquidation && again.source == result.venue.source)
    }
  }
}
