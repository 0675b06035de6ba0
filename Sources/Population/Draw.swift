internal import Market
internal import Platform
internal import Random

/// What a number of an account is drawn for. Every use has a stream of its own, so a change of one cohort
/// value leaves all other draws as they are. The numbers are part of the results: they never change.
enum Purpose: UInt64 {
  case cohort = 1
  case equity = 2
  case collateral = 3
  case leverage = 4
  case instruments = 5
  case sides = 6
  case open = 7
}

extension RandomStream {
  /// The stream of one account for one purpose.
  init(seed: UInt64, account: Int, _ purpose: Purpose) {
    self.init(seed: seed, stream: UInt64(account), purpose: purpose.rawValue)
  }
}

/// A positive number, or how it is drawn.
enum Draw: Sendable, Hashable {
  case constant(Double)
  /// One of several, all equally likely.
  case choice([Double])
  /// Between two ends, the upper one not included.
  case uniform(low: Double, high: Double)
  /// `median`·exp(`sigma`·Z).
  case lognormal(median: Double, sigma: Double)

  /// The most values of a choice.
  static let choiceLimit = 10_000

  /// Reads a number, `{choice: [..]}`, `{uniform: {low, high}}` or `{lognormal: {median, sigma}}`.
  ///
  /// - Parameter limit: the greatest number accepted; a lognormal draw may be above it.
  init(_ node: Document.Node, limit: Double) throws {
    let bounds = Bounds(0, limit, excludesLower: true)
    guard case .mapping(let entries) = node.content else {
      self = .constant(try node.double(in: bounds))
      return
    }
    let reader = try node.mapping(keys: ["choice", "uniform", "lognormal"])
    guard entries.count == 1, let entry = entries.first else {
      throw node.error(expected: "a number, or one of: choice, uniform, lognormal")
    }
    let value = try reader.required(entry.key)
    switch entry.key {
    case "choice":
      let items = try value.items("a sequence of numbers")
      guard (1...Self.choiceLimit).contains(items.count) else {
        throw value.error(expected: "1 to \(Self.choiceLimit) numbers")
      }
      self = .choice(try items.map { try $0.double(in: bounds) })
    case "uniform":
      let ends = try value.mapping(keys: ["low", "high"])
      let low = try ends.required("low").double(in: bounds)
      self = .uniform(low: low, high: try ends.required("high").double(in: Bounds(low, limit)))
    default:
      let shape = try value.mapping(keys: ["median", "sigma"])
      self = .lognormal(
        median: try shape.required("median").double(in: bounds),
        sigma: try shape.required("sigma").double(in: Bounds(0, 10)))
    }
  }

  /// The number of one account.
  func value(seed: UInt64, account: Int, _ purpose: Purpose) -> Double {
    if case .constant(let value) = self { return value }
    var stream = RandomStream(seed: seed, account: account, purpose)
    switch self {
    case .constant(let value): return value
    case .choice(let values): return values[stream.choice(count: values.count)]
    case .uniform(let low, let high): return stream.uniform(from: low, to: high)
    case .lognormal(let median, let sigma): return stream.lognormal(median: median, sigma: sigma)
    }
  }
}
