import Market
import Platform

/// What the name of a file says about its content.
struct FileNameHints: Hashable {
  /// The instrument: the capital letters and digits before the first `-` (`BTCUSDT-1m-2021-05.csv`).
  var symbol: String?
  /// The kind, from `markPriceKlines` or `indexPriceKlines` in the path, or `-mark-` or `-index-` in the
  /// name.
  var kind: SeriesKind?

  /// Shorter names before the `-` are assets, such as `BTC` in `BTC-PERP`, and no instruments.
  private static let shortestSymbol = 5

  init(_ path: String) {
    let (name, words) = Self.words(path)
    if name.count > 1, let first = name.first, first.utf8.count >= Self.shortestSymbol,
      Name.isValid(first), first.utf8.allSatisfy(Self.isSymbolByte)
    {
      symbol = first
    }
    let isMark = words.contains("markPriceKlines") || name.contains("mark")
    let isIndex = words.contains("indexPriceKlines") || name.contains("index")
    if isMark != isIndex { kind = isMark ? .mark : .index }
  }

  /// Refuses a file whose name says that it holds the premium index: its candles look like prices and are
  /// fractions.
  static func refusePremium(_ path: String) throws {
    let (name, words) = words(path)
    guard words.contains("premiumIndexKlines") || name.contains("premium") else { return }
    throw InputError(
      SourceLocation(path: path), "a premium index is a fraction and no price, so no series can hold it",
      expected: "prices; index prices are in indexPriceKlines, settled rates in fundingRate")
  }

  /// The parts of the file's name, and those together with the folders above it.
  private static func words(_ path: String) -> (name: [String], all: Set<String>) {
    let parts = path.split(separator: "/").map(String.init)
    let name = (parts.last ?? "").split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    return (name, Set(parts.dropLast()).union(name))
  }

  private static func isSymbolByte(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
  }
}
