internal import Market
internal import Platform
internal import TickFile
internal import TickGenerate

/// The ticks of a measurement, and what they price in USDT.
struct BenchMarket {
  /// A coin with an instrument of its own.
  struct Coin: Hashable {
    /// Its name, such as `BTC`.
    var name: String
    /// The highest price in the ticks, or that of the start.
    var price: Double
    /// Name of its instrument.
    var instrument: String { name + BenchMarket.quote }
  }

  private static let quote = "USDT"

  let coins: [Coin]
  let files: [TickFileReader]
  /// The kind of series that plays the mark; nil for mark where there is one, else trade.
  let mark: MarkChoice?

  /// The market of generated ticks.
  init(_ file: TickFileReader, instruments: Int) {
    coins = Self.generated(instruments).map {
      Coin(name: String($0.name.dropLast(Self.quote.count)), price: $0.startPrice)
    }
    files = [file]
    mark = .trade
  }

  /// The market of recorded ticks: every instrument that has trades or marks.
  /// - Throws: `InputError` where there is none, or a file cannot be read.
  init(paths: [String]) throws {
    files = try paths.map { try TickFileReader(path: $0) }
    if let overlap = TickFileOverlap.find(in: files, names: paths) {
      throw InputError(
        SourceLocation(path: paths[overlap.files.second]), overlap.problem, expected: overlap.expected)
    }
    var coins: [Coin] = []
    for series in files.flatMap({ TickFileInfo($0).series }) {
      let symbol = series.key.symbol
      guard series.key.kind == .trade || series.key.kind == .mark, symbol.hasSuffix(Self.quote),
        symbol != Self.quote, let price = series.highest?.double
      else { continue }
      let coin = Coin(name: String(symbol.dropLast(Self.quote.count)), price: price)
      if !coins.contains(where: { $0.name == coin.name }) { coins.append(coin) }
    }
    guard (1...BenchRequest.mostInstruments).contains(coins.count) else {
      throw InputError(
        SourceLocation(path: paths.joined(separator: ", ")), "\(coins.count) instruments in USDT",
        expected: "trades or marks of 1 to \(BenchRequest.mostInstruments), such as BTCUSDT")
    }
    self.coins = coins
    mark = nil
  }

  /// The instruments of generated ticks: those of the generator, then made-up coins.
  static func generated(_ count: Int) -> [GeneratedInstrument] {
    (0..<count).map { place in
      if place < GeneratedInstrument.presets.count { return GeneratedInstrument.presets[place] }
      return GeneratedInstrument(
        name: "COIN\(place + 1)USDT", startPrice: 20, tickSize: ExactDecimal(mantissa: 1, scale: 4),
        volatility: 1.3, crashLow: 0.5)
    }
  }
}
