internal import Platform

/// Figures that a user gives where an exchange's answers hold none: for one symbol, or for all of them.
public struct ImportFigures: Sendable {
  /// The option that gives them, such as `--taker-fee`, for messages.
  public let option: String
  /// What holds for every symbol without a figure of its own; nil for none.
  private(set) var general: Document.Node?
  /// What holds for one symbol, in the order given.
  private(set) var special: [(symbol: String, value: Document.Node)] = []

  /// Reads the option's values: `0.0005` for all symbols, `BTCUSDT=0.0004` for one.
  /// - Throws: `InputError` where a value is no decimal number, or is given twice.
  public init(option: String, values: [String]) throws {
    self.option = option
    for text in values {
      let place = SourceLocation(path: "\(option) \(text)")
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let last = parts.last, let value = ExactDecimal(last) else {
        throw InputError(place, "no figure", expected: "SYMBOL=NUMBER, or NUMBER for all symbols")
      }
      let node = Document.Node.scalar(value.description, at: place)
      if parts.count == 1 {
        guard general == nil else {
          throw InputError(place, "a second figure for all symbols", expected: "one")
        }
        general = node
      } else {
        let symbol = String(parts[0])
        guard Name.isValid(symbol), self.symbol(symbol) == nil else {
          throw InputError(
            place, "\(Document.Node.shortened(symbol)) is no name, or stands twice",
            expected: "every symbol once")
        }
        special.append((symbol, node))
      }
    }
  }

  /// The figure of one symbol: its own, else what an answer has, else the one for all.
  /// - Throws: `InputError` at `place` where there is none, naming the option.
  func value(
    of symbol: String, answered: Document.Node?, what: String, at place: SourceLocation
  ) throws -> Document.Node {
    if let found = self.symbol(symbol) ?? answered ?? general { return found }
    throw InputError(
      place, "no answer has the \(what) of \(symbol)",
      expected: "\(option) \(symbol)=NUMBER, or \(option) NUMBER for all symbols without one")
  }

  private func symbol(_ name: String) -> Document.Node? { special.first { $0.symbol == name }?.value }

  /// Refuses figures of symbols that are not imported: they would be lost without a word.
  func checkUsed(by symbols: [String]) throws {
    let known = Set(symbols)
    for (symbol, value) in special where !known.contains(symbol) {
      throw InputError(
        value.location, "\(symbol) is not imported",
        expected: Spelling.expectation(of: symbols, insteadOf: symbol))
    }
  }
}

/// The four buffers of one asset.
struct ImportHaircut {
  /// What the keys of the venue file are called, in the order of the values.
  static let keys = ["bid_buffer", "ask_buffer", "auto_bid_buffer", "auto_ask_buffer"]
  let asset: String
  /// One value for each of ``keys``.
  let values: [Document.Node]

  init(asset: String, values: [Document.Node]) {
    self.asset = asset
    self.values = values
  }

  /// Reads `BTC=0.05,0.05,0.025,0.025`.
  init(option: String, value text: String) throws {
    let place = SourceLocation(path: "\(option) \(text)")
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts.last?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    let values = numbers.compactMap { ExactDecimal($0) }
    guard parts.count == 2, Name.isValid(String(parts[0])), numbers.count == 4, values.count == 4 else {
      throw InputError(
        place, "no haircut",
        expected: "ASSET=BID,ASK,AUTO_BID,AUTO_ASK, such as BTC=0.05,0.05,0.025,0.025")
    }
    self.init(
      asset: String(parts[0]), values: values.map { Document.Node.scalar($0.description, at: place) })
  }
}

extension Document.Node {
  /// The number of an exchange's answer, text or not, as a scalar of plain decimal digits.
  ///
  /// Exchanges write numbers in quotes, with zeros at the end (`0.012500`) or with an exponent
  /// (`1.3733035E7`). Nothing is rounded.
  func answeredNumber() throws -> Document.Node {
    guard case .scalar(let scalar) = content, let value = ExactDecimal(scalar.text) else {
      throw error(expected: ExactDecimal.expectation)
    }
    return Document.Node(.scalar(Document.Scalar(value.description)), at: location, label: label)
  }

  /// The number of an exchange's answer where its last digits do not matter.
  func answeredDouble() throws -> Double {
    guard case .scalar(let scalar) = content, DecimalText(scalar.text.utf8) != nil,
      let value = Double(scalar.text), value.isFinite
    else { throw error(expected: "a number") }
    return value
  }

  /// The value of a key of an exchange's answer; other keys may stand beside it.
  func answered(_ key: String) throws -> Document.Node {
    guard case .mapping = content else { throw error(expected: "a mapping with the key \(key)") }
    if let value = self[key], !value.isNull { return value }
    let place = label.isEmpty ? "the answer" : label
    throw InputError(location, "\(place) has no \(key)", expected: "the key \(key)")
  }
}
