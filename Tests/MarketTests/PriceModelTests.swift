import Market
import Platform
import Testing

@Suite struct PriceModelTests {
  private let place = Platform.SourceLocation(path: "study.yaml", line: 3, column: 7)

  private func key(_ text: String) throws -> SeriesKey {
    let parts = text.split(separator: " ")
    return SeriesKey(symbol: String(parts[0]), kind: try #require(SeriesKind(rawValue: String(parts[1]))))
  }

  private func series(_ texts: [String]) throws -> Set<SeriesKey> { Set(try texts.map(key)) }

  private func model(_ texts: [String], _ mark: MarkChoice? = nil, _ venue: Venue? = nil) throws -> PriceModel
  {
    let toy = try VenueFile(text: toyVenue, path: "toy.yaml").venue()
    return try PriceModel(venue: venue ?? toy, available: try series(texts), mark: mark, at: place)
  }

  @Test func prefersMarkThenTrade() throws {
    let found = try model(["BTCUSDT mark", "BTCUSDT trade", "ETHUSDT trade", "BTCUSDT funding"])
    #expect(try found.marks == [.series(key("BTCUSDT mark")), .series(key("ETHUSDT trade")), nil])
    #expect(try found.funding == [key("BTCUSDT funding"), nil, nil])
    // Stable 1 first, then the coins over their instruments.
    #expect(found.indexes == [.one, .mark(InstrumentIndex(0)), .mark(InstrumentIndex(1))])
    #expect(found.indexOrder == [AssetIndex(0), AssetIndex(1), AssetIndex(2)])
  }

  @Test func takesTheChosenKind() throws {
    let all = ["BTCUSDT mark", "BTCUSDT trade", "BTCUSDT bid", "BTCUSDT ask"]
    #expect(try model(all, .trade).marks[0] == .series(key("BTCUSDT trade")))
    #expect(try model(all, .mid).marks[0] == .mid(bid: key("BTCUSDT bid"), ask: key("BTCUSDT ask")))
  }

  @Test func namesTheChosenKindWhereItIsMissing() throws {
    let venue = try VenueFile(text: toyVenue, path: "toy.yaml").venue()
    let available = try series(["BTCUSDT trade", "BTCUSDT bid"])
    let found = try PriceModel(venue: venue, available: available, mark: .mid, at: place)
    #expect(found.marks[0] == nil)
    let error = inputError {
      try found.requireMark(of: InstrumentIndex(0), venue: venue, available: available, at: place)
    }
    #expect(
      error?.description
        == "study.yaml:3:7: the ticks hold no bid and ask series of BTCUSDT, "
        + "expected one of the series they hold: BTCUSDT bid, BTCUSDT trade")
  }

  @Test func prefersIndexSeries() throws {
    let own = try model(["BTC index", "BTCUSDT index", "BTCUSDT trade", "USDTUSD index"])
    #expect(try own.indexes == [.series(key("USDTUSD index")), .series(key("BTC index")), nil])
    let ofInstrument = try model(["BTCUSDT index", "BTCUSDT trade"])
    #expect(try ofInstrument.indexes[1] == .instrumentIndex(key("BTCUSDT index"), InstrumentIndex(0)))
    #expect(ofInstrument.indexOrder == [AssetIndex(0), AssetIndex(1)])
  }

  @Test func namesWhatIsMissing() throws {
    let available = try series(["BTCUSDT trade", "BTCUSDT funding"])
    let venue = try VenueFile(text: toyVenue, path: "toy.yaml").venue()
    let found = try PriceModel(venue: venue, available: available, mark: nil, at: place)
    let mark = inputError {
      try found.requireMark(of: InstrumentIndex(1), venue: venue, available: available, at: place)
    }
    #expect(
      mark?.description
        == "study.yaml:3:7: the ticks hold no mark or trade series of ETHUSDT, "
        + "expected one of the series they hold: BTCUSDT funding, BTCUSDT trade"
    )
    let index = inputError {
      try found.requireIndex(of: AssetIndex(2), venue: venue, available: available, at: place)
    }
    #expect(index?.problem == "the ticks hold no series that prices ETH")
    #expect(throws: Never.self) {
      try found.requireMark(of: InstrumentIndex(0), venue: venue, available: available, at: place)
      try found.requireIndex(of: AssetIndex(1), venue: venue, available: available, at: place)
    }
  }

  /// A margin asset that is itself priced over another instrument comes before what it prices.
  @Test func ordersByDependencyAndRefusesCircles() throws {
    let lot = ExactDecimal(mantissa: 1, scale: 0)
    let row = [Bracket(floor: 0, rate: 0.1, maxLeverage: 5, amount: 0)]
    func instrument(_ name: String, _ base: Int, _ margin: Int) -> Instrument {
      Instrument(
        name: name, base: AssetIndex(base), baseName: "x", marginAsset: AssetIndex(margin), lot: lot,
        takerFee: 0,
        liquidationFee: 0, brackets: row)
    }
    var venue = Venue(
      name: "t", source: "t",
      assets: [
        Asset(name: "A", indexFrom: InstrumentIndex(0)), Asset(name: "B", indexFrom: InstrumentIndex(1)),
        Asset(name: "U", isStable: true),
      ],
      instruments: [instrument("AB", 0, 1), instrument("BU", 1, 2)])
    let trades = ["AB trade", "BU trade"]
    #expect(try model(trades, nil, venue).indexOrder == [AssetIndex(2), AssetIndex(1), AssetIndex(0)])
    // Without BU there is no price of B, hence none of A.
    #expect(try model(["AB trade"], nil, venue).indexes == [nil, nil, .one])
    venue.instruments[1] = instrument("BU", 1, 0)
    let error = inputError { _ = try model(trades, nil, venue) }
    #expect(error?.problem == "the index prices of A, B depend on each other in a circle")
  }
}
