import Platform

/// Which named columns of a plain table hold what: `time:ms=ts,price=px,size=qty,symbol=s,kind=k`.
public struct ColumnSpec: Hashable, Sendable {
  /// Name of the time column.
  public var time: String
  /// Unit of the time; nil for ISO 8601 or a unit told by magnitude.
  public var timeUnit: TimeUnit?
  /// Name of the price column.
  public var price: String
  /// Name of the size column.
  public var size: String?
  /// Name of the column with the instrument.
  public var symbol: String?
  /// Name of the column with the kind of the series.
  public var kind: String?
  /// Name of the column that tells records of one time apart; a record that stands twice is left out.
  public var id: String?

  /// What `--columns` takes, for error messages.
  public static let expectation =
    "time[:s|ms|us|ns]=NAME,price=NAME and optionally size=NAME, symbol=NAME, kind=NAME, id=NAME"

  /// Makes a specification.
  public init(
    time: String, timeUnit: TimeUnit? = nil, price: String, size: String? = nil, symbol: String? = nil,
    kind: String? = nil, id: String? = nil
  ) {
    self.time = time
    self.timeUnit = timeUnit
    self.price = price
    self.size = size
    self.symbol = symbol
    self.kind = kind
    self.id = id
  }

  /// Reads the text of the option `--columns`.
  ///
  /// Throws `InputError` where a part is unknown, repeated or empty, or time or price is missing.
  public init(parsing text: String) throws {
    func wrong(_ problem: String) -> InputError {
      InputError(SourceLocation(path: "--columns"), problem, expected: Self.expectation)
    }
    var parts: [String: String] = [:]
    var unit: TimeUnit?
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let equals = part.firstIndex(of: "=") else { throw wrong("'\(part)' has no =") }
      var role = String(part[..<equals])
      let name = String(part[part.index(after: equals)...])
      if role.hasPrefix("time:") {
        unit = TimeUnit(rawValue: String(role.dropFirst(5)))
        if unit == nil { throw wrong("unknown unit in '\(role)'") }
        role = "time"
      }
      guard ["time", "price", "size", "symbol", "kind", "id"].contains(role) else {
        throw wrong("unknown part '\(role)'")
      }
      guard !name.isEmpty else { throw wrong("'\(role)' names no column") }
      guard parts.updateValue(name, forKey: role) == nil else { throw wrong("'\(role)' stands twice") }
    }
    guard let time = parts["time"] else { throw wrong("time is missing") }
    guard let price = parts["price"] else { throw wrong("price is missing") }
    self.init(
      time: time, timeUnit: unit, price: price, size: parts["size"], symbol: parts["symbol"],
      kind: parts["kind"], id: parts["id"])
  }
}
