internal import Market
internal import Platform
internal import Random

/// Reads the values of an axis: a list, or a mapping that works them out.
enum AxisValues {
  private static let forms =
    "a list of values, {from, to, step}, {log: {from, to, count}} or {random: N, low, high}"
  /// Marks the draws of axes among all uses of a seed. Part of the results: it never changes.
  private static let randomPurpose: UInt64 = 1_000

  static func read(_ node: Document.Node, place: Int, seed: UInt64) throws -> [Document.Node] {
    switch node.content {
    case .sequence(let items):
      guard !items.isEmpty else { throw node.error(expected: "at least one value") }
      guard items.count <= Axis.pointLimit else { throw tooMany(node) }
      return items
    case .scalar: throw node.error(expected: forms)
    case .mapping: break
    }
    if node["log"] != nil { return try logarithmic(node) }
    if node["random"] != nil { return try random(node, place: place, seed: seed) }
    guard node["from"] != nil || node["to"] != nil || node["step"] != nil else {
      throw node.error(expected: forms)
    }
    return try stepped(node)
  }

  private static func tooMany(_ node: Document.Node) -> InputError {
    InputError(
      node.location, "\(node.label) has more than \(Axis.pointLimit) values", expected: "a shorter axis")
  }

  private static func value(_ decimal: ExactDecimal, _ number: Int, of node: Document.Node) -> Document.Node {
    .scalar(decimal.description, at: node.location).labelled("\(node.label)[\(number)]")
  }

  /// `from`, `from + step`, … up to and including `to`, in exact decimals.
  private static func stepped(_ node: Document.Node) throws -> [Document.Node] {
    let reader = try node.mapping(keys: ["from", "to", "step"])
    let from = try reader.required("from").decimal()
    let toNode = try reader.required("to")
    let to = try toNode.decimal()
    let step = try reader.required("step").decimal(in: .positive)
    guard to.double >= from.double else { throw toNode.error(expected: "a number not below from") }
    let scale = max(from.scale, to.scale, step.scale)
    func widened(_ decimal: ExactDecimal) throws -> Int128 {
      var mantissa = Int128(decimal.mantissa)
      for _ in decimal.scale..<scale { mantissa *= 10 }
      return mantissa
    }
    let (first, last, width) = (try widened(from), try widened(to), try widened(step))
    let count = (last - first) / width + 1
    guard count <= Int128(Axis.pointLimit) else { throw tooMany(node) }
    return try (0..<Int(count)).map { number in
      var mantissa = first + Int128(number) * width
      var digits = scale
      while digits > 0, mantissa % 10 == 0 {
        mantissa /= 10
        digits -= 1
      }
      guard let exact = Int64(exactly: mantissa), exact.magnitude < UInt64(ExactDecimal.mantissaLimit) else {
        throw node.error(expected: "values of at most 15 digits")
      }
      return value(ExactDecimal(mantissa: exact, scale: digits), number, of: node)
    }
  }

  /// `count` values with equal quotients from `from` to `to`, rounded to six significant digits between the
  /// ends.
  private static func logarithmic(_ node: Document.Node) throws -> [Document.Node] {
    let inner = try node.mapping(keys: ["log"]).required("log")
    let reader = try inner.mapping(keys: ["from", "to", "count"])
    let bounds = Bounds(1e-12, 1e12)
    let from = try reader.required("from").decimal(in: bounds)
    let toNode = try reader.required("to")
    let to = try toNode.decimal(in: bounds)
    guard to.double > from.double else { throw toNode.error(expected: "a number above from") }
    let count = try reader.required("count").integer(in: 2...Axis.pointLimit)
    let (low, high) = (Functions.log(from.double), Functions.log(to.double))
    return (0..<count).map { number in
      if number == 0 { return value(from, number, of: node) }
      if number == count - 1 { return value(to, number, of: node) }
      let exponent = low + (high - low) * (Double(number) / Double(count - 1))
      let inside = min(max(Functions.exp(exponent), from.double), to.double)
      return value(ExactDecimal(roundingToSixDigits: inside), number, of: node)
    }
  }

  /// Numbers drawn between `low` and `high`, rounded to six significant digits.
  private static func random(_ node: Document.Node, place: Int, seed: UInt64) throws -> [Document.Node] {
    let reader = try node.mapping(keys: ["random", "low", "high", "seed"])
    let count = try reader.required("random").integer(in: 1...Axis.pointLimit)
    let low = try reader.required("low").double(in: Bounds(0, 1e12))
    let highNode = try reader.required("high")
    let high = try highNode.double(in: Bounds(0, 1e12))
    guard high > low else { throw highNode.error(expected: "a number above low") }
    let own = try reader.optional("seed").map { UInt64(try $0.integer(in: 0...(1 << 53 - 1))) }
    var stream = RandomStream(seed: own ?? seed, stream: UInt64(place), purpose: randomPurpose)
    return (0..<count).map { number in
      // Smaller numbers than this have no short text; they are next to 0 on any axis.
      let drawn = stream.uniform(from: low, to: high)
      return value(ExactDecimal(roundingToSixDigits: drawn < 1e-12 ? 0 : drawn), number, of: node)
    }
  }
}
