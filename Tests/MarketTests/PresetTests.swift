import Foundation
import Market
import Platform
import Support
import Testing

@Suite struct PresetTests {
  private static let names = [
    "binance-usdm-2024-10", "binance-usdm-multi-2021", "binance-usdm-multi-2024", "binance-usdm-single-2021",
  ]
  /// Rules in the words of guides and of other exchanges.
  private static let others =
    ["bybit-uta", "guide-multi-asset", "hyperliquid", "primer-isolated"] + LoanPresetTests.names
  private static let coins = ["BTC", "ETH", "BNB", "SOL", "XRP", "ADA", "DOGE"]
  private let library = VenueLibrary(folder: repositoryRoot + "/data/venues")
  private let place = Platform.SourceLocation(path: "study.yaml", line: 2)

  @Test func listsAll() throws {
    #expect(try library.names() == (Self.names + Self.others).sorted())
  }

  /// Each says where its figures are from and what does not fit.
  @Test(arguments: others)
  func loadsOthers(name: String) throws {
    let file = try library.load(name, at: place)
    let venue = try file.venue()
    #expect(venue.name == name)
    let text = try String(contentsOfFile: file.document.path, encoding: .utf8)
    #expect(text.contains("# Does not fit") && venue.source.count > 60)
    #expect(["BTCUSDT", "ETHUSDT"].allSatisfy { venue.instrument(named: $0) != nil })
    for instrument in venue.instruments {
      for (lower, upper) in zip(instrument.brackets, instrument.brackets.dropFirst()) {
        #expect(abs(lower.amount + upper.floor * (upper.rate - lower.rate) - upper.amount) < 1e-6)
      }
    }
  }

  /// Figures of the guides and of the other exchanges' pages, typed here by hand.
  @Test func holdsFiguresOfOthers() throws {
    let guide = try library.load("guide-multi-asset", at: place).venue()
    #expect(guide.assets.map(\.name) == ["USDT", "USDC", "BTC", "ETH", "BNB"])
    #expect(guide.assets[2].bidBuffer == 0.05 && guide.assets[2].autoBidBuffer == 0.025)
    #expect(guide.assets[1].autoThreshold == [-10_000] + Array(repeating: -5_000, count: 9))
    #expect(guide.autoExchange.ltv == 0.995)
    #expect(guide.instruments[0].brackets.count == 12)
    let primer = try library.load("primer-isolated", at: place).venue()
    #expect(primer.liquidation.lossFraction == 0.9 && primer.liquidation.rule == .none)
    let hyperliquid = try library.load("hyperliquid", at: place).venue()
    #expect(hyperliquid.liquidation.comparator == .less && hyperliquid.liquidation.rule == .fixedFraction)
    #expect(hyperliquid.liquidation.fraction == ExactDecimal(mantissa: 2, scale: 1))
    #expect(hyperliquid.liquidation.cooldownNanoseconds == 30_000_000_000)
    for instrument in hyperliquid.instruments {
      #expect(hyperliquid.assets[instrument.marginAsset.rawValue].name == "USDC")
      #expect(instrument.liquidationFee == 0)
      #expect(instrument.brackets.allSatisfy { $0.rate == 0.5 / $0.maxLeverage })
    }
    let bybit = try library.load("bybit-uta", at: place).venue()
    #expect(bybit.liquidation.rule == .tierDown && bybit.assets.allSatisfy { $0.askBuffer == 0 })
    #expect(bybit.assets[2].tiers == [CollateralTier(floor: 0, rate: 1, amount: 0)])
  }

  @Test(arguments: names)
  func loads(name: String) throws {
    let file = try library.load(name, at: place)
    let venue = try file.venue()
    #expect(venue.name == name)
    #expect(venue.source.hasPrefix("Binance USD-M"))
    #expect(Self.coins.allSatisfy { venue.instrument(named: $0 + "USDT") != nil })
    #expect(venue.liquidation == LiquidationRules())
    for instrument in venue.instruments {
      // The amounts as published are those that the formula gives.
      for (lower, upper) in zip(instrument.brackets, instrument.brackets.dropFirst()) {
        #expect(abs(lower.amount + upper.floor * (upper.rate - lower.rate) - upper.amount) < 1e-6)
      }
      #expect(instrument.brackets[0].amount == 0)
    }
  }

  /// Taking every published amount away and working it out again gives the published one.
  @Test(arguments: names)
  func recomputes(name: String) throws {
    let file = try library.load(name, at: place)
    let published = try file.venue()
    let overrides = published.instruments.map {
      Override(
        path: "instruments.\($0.name).brackets[0].rate", value: .number($0.brackets[0].rate, at: place))
    }
    #expect(try !file.resolved(overriding: overrides).root.json.contains("amount"))
    let computed = try file.venue(overriding: overrides)
    for (left, right) in zip(published.instruments, computed.instruments) {
      for (a, b) in zip(left.brackets, right.brackets) {
        #expect(abs(a.amount - b.amount) <= 1e-9 * max(1, a.amount), "\(left.name) \(a.floor)")
      }
    }
  }

  /// Figures from the exchange's pages, typed here by hand.
  @Test func holdsPublishedFigures() throws {
    let y2021 = try library.load("binance-usdm-multi-2021", at: place).venue()
    #expect(
      y2021.instruments[0].brackets.map(\.amount) == [
        0, 50, 1300, 16300, 266_300, 1_266_300, 2_516_300, 5_016_300, 25_016_300, 100_016_300,
      ])
    #expect(y2021.assets.map(\.name) == ["USDT", "BUSD", "USDC", "BTC", "ETH", "BNB", "SOL", "XRP", "ADA"])
    #expect(y2021.assets[0].autoThreshold == Array(repeating: -10_000, count: 10))
    #expect(y2021.assets[1].autoThreshold == Array(repeating: -10_000, count: 10))
    #expect(y2021.autoExchange.ltv == 1)
    #expect(y2021.instruments.allSatisfy { $0.takerFee == 0.0004 })
    let y2024 = try library.load("binance-usdm-multi-2024", at: place).venue()
    #expect(
      y2024.assets[0].autoThreshold
        == [-5000, -5000, -10_000, -10_000, -10_000, -10_000, -10_000, -10_000, -10_000, -10_000])
    let btc = try #require(y2024.asset(named: "BTC")).rawValue
    #expect(y2024.assets[btc].bidBuffer == 0.05 && y2024.assets[btc].autoBidBuffer == 0.025)
    #expect(y2024.autoExchange.ltv == 0.995 && y2024.instruments.allSatisfy { $0.takerFee == 0.0005 })
    #expect(y2024.instruments[0].brackets.last?.amount == 421_481_450)
    let usdc = try #require(y2024.instrument(named: "BTCUSDC")).rawValue
    #expect(y2024.instruments[usdc].brackets.last?.amount == 288_402_550)
    #expect(y2024.instruments[usdc].marginAsset == y2024.asset(named: "USDC"))
  }

  /// Every table that the exchange had on 2024-10-24 passes the decoder with its published amounts.
  @Test(.enabled(if: sharedData("data/brackets") != nil, "the shared data folder is absent"))
  func readsEveryPublishedTable() throws {
    let path = try #require(sharedData("data/brackets/binance-usdm-leverage-tiers-2024-10-24.json"))
    let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    let symbols = try #require(parsed as? [String: [[String: Any]]])
    var rowCount = 0
    for (symbol, tiers) in symbols {
      let infos = try tiers.map { try #require($0["info"] as? [String: String]) }
      let rows = infos.map { info in
        "{floor: \(info["notionalFloor"] ?? ""), rate: \(info["maintMarginRatio"] ?? ""), "
          + "max_leverage: \(info["initialLeverage"] ?? ""), amount: \(info["cum"] ?? "")}"
      }
      let root = try Document.parse("[" + rows.joined(separator: ", ") + "]", path: symbol).root
      rowCount += try Bracket.table(from: root).count
    }
    #expect(symbols.count == 349)
    #expect(rowCount == 2_805)
  }

  @Test func namesWhatThereIs() {
    let error = inputError { _ = try library.load("binance-usdm-multi-2022", at: place) }
    #expect(error?.location == place)
    let all = (Self.names + Self.others).sorted().joined(separator: ", ")
    #expect(error?.expected == "one of: \(all) (did you mean binance-usdm-multi-2021?)")
    let none = inputError { _ = try VenueLibrary(folder: nil).load("x", at: place) }
    #expect(none?.expected == "the path of a venue file, or MARGINSWEEP_DATA set to the data folder")
  }

  @Test func readsAPath() throws {
    let folder = try TemporaryDirectory()
    _ = try folder.write("mine.yaml", toyVenue)
    #expect(try library.load("mine.yaml", relativeTo: folder.path, at: place).venue().name == "toy")
    #expect(try library.load(folder.file("mine.yaml"), at: place).venue().name == "toy")
    #expect(throws: InputError.self) { try library.load("./none.yaml", relativeTo: folder.path, at: place) }
  }

  @Test func findsTheFolder() throws {
    let folder = try TemporaryDirectory()
    for path in ["install/data/venues", "install/bin", "tree/data/venues", "tree/.build/debug"] {
      try FileManager.default.createDirectory(
        atPath: folder.file(path), withIntermediateDirectories: true)
    }
    _ = try folder.write("tree/Package.swift", "")
    func find(_ executable: String?, _ data: String? = nil) -> String? {
      VenueLibrary.find(executablePath: executable.map(folder.file), dataFolder: data).folder
    }
    #expect(find("install/bin/marginsweep") == folder.file("install/data/venues"))
    #expect(find("tree/.build/debug/marginsweep") == folder.file("tree/data/venues"))
    #expect(find("install/bin/marginsweep", "/elsewhere") == "/elsewhere/venues")
    #expect(find(nil) == nil)
  }
}
