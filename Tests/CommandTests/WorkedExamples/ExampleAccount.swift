/// An account of an example, as a document for `check` or as a line of a book.
struct ExampleAccount {
  /// One position; quantity in units of the base, above 0 for a long.
  struct Position {
    var instrument: String
    var quantity: Double
    var entry: Double
    /// The margin of an isolated position.
    var margin: Double?
    var leverage: Double?

    fileprivate var json: String {
      var members = ["\"instrument\": \"\(instrument)\"", "\"quantity\": \(quantity)", "\"entry\": \(entry)"]
      if let margin { members.append("\"margin\": \(margin)") }
      if let leverage { members.append("\"leverage\": \(leverage)") }
      return "{\(members.joined(separator: ", "))}"
    }
  }

  /// A built-in venue or the file of the workbench.
  var venue = Workbench.venue
  var mode = "cross"
  /// Values of the venue by path without `venue.`, as JSON.
  var overrides: [String: String] = [:]
  /// Marks by instrument.
  var marks: [String: Double] = [:]
  /// Index prices by asset, USD.
  var index: [String: Double] = [:]
  /// Units by asset.
  var balances: [String: Double] = [:]
  /// Units of principal by asset.
  var debts: [String: Double] = [:]
  /// Units of interest by asset.
  var interest: [String: Double] = [:]
  var positions: [Position] = []
  /// A rate and an amount by instrument: one bracket without bounds.
  var brackets: [String: (rate: Double, amount: Double)] = [:]

  /// The document for `check`.
  var document: String {
    let set = overrides.map { ("venue.\($0.key)", $0.value) }
    let rows = brackets.map {
      ($0.key, "[{\"floor\": 0, \"rate\": \($0.value.rate), \"amount\": \($0.value.amount)}]")
    }
    let prices = [
      "\"venue\": \"\(venue)\"", "\"overrides\": \(Self.object(set))", "\"marks\": \(Self.object(marks))",
      "\"index\": \(Self.object(index))", "\"brackets\": \(Self.object(rows))",
    ]
    return "{\((prices + holdings).joined(separator: ", "))}\n"
  }

  /// The line of a book.
  var line: String { "{\((["\"account\": \"example\""] + holdings).joined(separator: ", "))}\n" }

  private var holdings: [String] {
    var members = ["\"mode\": \"\(mode)\"", "\"balances\": \(Self.object(balances))"]
    if !positions.isEmpty {
      members.append("\"positions\": [\(positions.map(\.json).joined(separator: ", "))]")
    }
    if !debts.isEmpty {
      let owed = debts.map {
        ($0.key, "{\"principal\": \($0.value), \"interest\": \(interest[$0.key] ?? 0)}")
      }
      members.append("\"debts\": \(Self.object(owed))")
    }
    return members
  }

  private static func object(_ numbers: [String: Double]) -> String {
    object(numbers.map { ($0.key, "\($0.value)") })
  }

  private static func object(_ members: [(String, String)]) -> String {
    "{\(members.sorted { $0.0 < $1.0 }.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", "))}"
  }
}
