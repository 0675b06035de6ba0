import Market
import Platform
import Support
import Testing

/// What is wrong with an answer is named with its place; what it lacks, with the option that gives it.
@Suite struct VenueImportErrorTests {
  /// What is replaced in the raw answer, and what the error says.
  private static let broken: [(old: String, new: String, error: String)] = [
    (
      "\"cum\":50.0", "\"cum\":60",
      "b.json:4:10: instruments.BTCUSDT.brackets[1].amount is 60, expected 50, which"
    ),
    (
      "\"maintMarginRatio\":0.005", "\"maintMarginRatio\":0.003",
      "b.json:3:100: instruments.BTCUSDT.brackets[1].rate is 0.003"
    ),
    (
      "\"notionalFloor\":50000", "\"notionalFloor\":-1",
      "b.json:3:75: instruments.BTCUSDT.brackets[1].floor is -1"
    ),
    (
      "\"notionalFloor\":50000", "\"notionalFloor\":300000",
      "b.json:3:52: [0].brackets[1].notionalCap is 250000"
    ),
    (
      "\"initialLeverage\":100", "\"initialLeverage\":130",
      "b.json:3:34: instruments.BTCUSDT.brackets[1].max_lev"
    ),
    ("\"initialLeverage\":100", "\"leverage\":100", "b.json:3:3: [0].brackets[1] has no initialLeverage"),
    (
      "\"cum\":50.0", "\"cum\":\"many\"",
      "b.json:4:10: [0].brackets[1].cum is the text \"many\", expected a decimal"
    ),
    ("\"symbol\":\"ETHUSDC\"", "\"symbol\":\"BTCUSDT\"", "b.json:5:12: BTCUSDT stands twice"),
    ("\"symbol\":\"ETHUSDC\"", "\"pair\":\"ETHUSDC\"", "b.json:5:2: [1] has no symbol"),
    ("ETHUSDC", "ETHEUR", "b.json:5:12: nothing says the margin asset of ETHEUR, expected --exchange-info"),
    (
      "\"symbol\":\"ETHUSDC\"", "\"symbol\":\"ETHUSDC\",\"notionalCoef\":1.5",
      "b.json:5:37: [1].notionalCoef is 1.5, expected 1"
    ),
  ]

  @Test(arguments: broken.indices)
  func aBrokenAnswerIsRefusedAtItsPlace(_ index: Int) throws {
    let (old, new, expected) = Self.broken[index]
    #expect(rawBrackets.contains(old))
    let error = inputError { _ = try singleAsset(rawBrackets.replacing(old, with: new)).run() }
    #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "no error")")
  }

  @Test func anAnswerThatIsCutOff() {
    let error = inputError { _ = try singleAsset(String(rawBrackets.dropLast())).run() }
    #expect(error?.description.contains("no valid YAML: while parsing a flow sequence (line 1)") == true)
  }

  @Test func aRefusalInPlaceOfAnAnswer() {
    let error = inputError { _ = try singleAsset("{\"code\": -2014, \"msg\": \"no key\"}").run() }
    #expect(
      error?.description
        == "b.json:1:10: code is -2014, expected the tiers of a symbol, or the answer of leverageBracket")
  }

  @Test func aDumpThatContradictsItsRecord() throws {
    let text = oldDump.replacing("\"maxLeverage\": 100", with: "\"maxLeverage\": 50")
    let error = inputError { _ = try singleAsset(text).run() }
    #expect(
      error?.description
        == "b.json:6:19: BTC/USDT[1].maxLeverage is 50, expected the text \"100\", as in info.initialLeverage"
    )
    let bare = oldDump.replacing("\"info\"", with: "\"raw\"")
    #expect(
      inputError { _ = try singleAsset(bare).run() }?.description.hasPrefix(
        "b.json:2:3: BTC/USDT[0] has no info")
        == true)
    let inverse = newDump.replacing("ETH/BTC:BTC\": [", with: "BTC/USD:BTC\": [")
    #expect(inputError { _ = try singleAsset(inverse).run() }?.expected == "linear contracts")
  }

  @Test func whatIsMissingNamesItsOption() throws {
    func message(_ change: (inout VenueImport) throws -> Void) -> String? {
      inputError {
        var request = try singleAsset(rawBrackets, symbols: ["BTCUSDT"])
        try change(&request)
        _ = try request.run()
      }?.description
    }
    func none(_ option: String) throws -> ImportFigures {
      try ImportFigures(option: option, values: ["ETHUSDC=1"])
    }
    let place = "b.json:1:12: no answer has the "
    func figures(_ values: String...) throws -> ImportFigures {
      try ImportFigures(option: "--x", values: values)
    }
    #expect(
      message { $0.takerFees = try ImportFigures(option: "--taker-fee", values: []) }
        == place + "taker fee of BTCUSDT, expected --taker-fee BTCUSDT=NUMBER, or --taker-fee NUMBER for all "
        + "symbols without one")
    #expect(
      message { $0.lots = try ImportFigures(option: "--lot", values: []) }?
        .hasPrefix(place + "lot of BTCUSDT, expected --lot BTCUSDT=NUMBER") == true)
    #expect(
      message { $0.isSingleAsset = false }
        == place
        + "haircut of USDT, the margin asset of BTCUSDT, expected --asset-index FILE with it, --haircut "
        + "USDT=BID,ASK,AUTO_BID,AUTO_ASK, or --single-asset")
    #expect(
      message { $0.lots = try none("--lot") }?.hasPrefix("--lot ETHUSDC=1: ETHUSDC is not imported") == true)
    #expect(
      message { $0.symbols = ["BTCUSD"] }?.hasPrefix("--symbols: b.json has no BTCUSD, expected one of: ")
        == true)
    #expect(
      message { $0.symbols = ["BTCUSDT", "BTCUSDT"] }?.hasPrefix("--symbols: BTCUSDT stands twice") == true)
    #expect(
      message { try $0.addHaircuts(option: "--haircut", values: ["BTC=0.1"]) }?.hasPrefix(
        "--haircut BTC=0.1: ") == true)
    #expect(
      message { try $0.addHaircuts(option: "--haircut", values: ["BTC=0,0,0,0"]) }?
        .hasPrefix("--haircut BTC=0,0,0,0: a single-asset venue has no haircuts") == true)
    #expect(
      message { $0.takerFees = try figures("1.5") }?.hasPrefix(
        "--x 1.5: instruments.BTCUSDT.taker_fee is 1.5") == true)
    #expect(
      message { $0.takerFees = try figures("1", "2") }?.hasPrefix("--x 2: a second figure for all") == true)
    #expect(
      message { $0.takerFees = try figures("BTCUSDT=a") }?.hasPrefix("--x BTCUSDT=a: no figure") == true)
    #expect(
      message { $0.ltv = .scalar("-1", at: Platform.SourceLocation(path: "--ltv -1")) }?
        .hasPrefix("--ltv -1: auto_exchange.ltv is -1") == true)
  }

  @Test func wrongFiltersAndIndexes() throws {
    func message(info: String? = nil, index: String? = nil) -> String? {
      inputError {
        var request = try singleAsset(rawBrackets, symbols: ["BTCUSDT"])
        request.isSingleAsset = false
        request.exchangeInfo = try info.map { try answer($0, "e.json") }
        request.assetIndex = try answer(index ?? indexAnswer, "i.json")
        _ = try request.run()
      }?.description
    }
    #expect(
      message(info: contractFilters.replacing("\"LOT_SIZE\"", with: "\"NO_SIZE\""))?
        .hasPrefix("e.json:2:14: symbols[0].filters has no LOT_SIZE") == true)
    #expect(
      message(info: contractFilters.replacing("\"0.0010\"", with: "\"0\""))?
        .hasPrefix("e.json:3:63: instruments.BTCUSDT.lot is 0") == true)
    #expect(message(info: "{\"assets\": []}")?.hasPrefix("e.json:1:1: the answer has no symbols") == true)
    #expect(
      message(index: indexAnswer.replacing("0.05000000", with: "1.5"))?
        .hasPrefix("i.json:1:36: assets.BTC.bid_buffer is 1.5") == true)
    #expect(
      message(index: indexAnswer.replacing("USDTUSD", with: "USDTEUR"))?.hasPrefix("i.json:3:13: ") == true)
  }
}
