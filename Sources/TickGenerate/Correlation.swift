import Market
import Platform

/// How the returns of the instruments hang together.
///
/// ```swift
/// let request = GenerateRequest(output: "t.ticks.zst", correlation: .factors([0.9, 0.85, 0.7]))
/// ```
public enum Correlation: Hashable, Sendable {
  /// The same correlation for any two instruments, 0 to below 1.
  case uniform(Double)
  /// One factor: the loading of each instrument, -1 to 1; two instruments correlate with the product of
  /// their loadings.
  case factors([Double])
  /// The whole matrix, in the order of the instruments: symmetric, ones on the diagonal, no negative
  /// eigenvalue.
  case matrix([[Double]])

  /// What a correlation looks like, for error messages.
  public static let expectation =
    "one number from 0 to below 1, a loading an instrument (0.9,0.8,0.7), or a matrix (1,0.8;0.8,1)"

  /// Reads `0.8`, `0.9,0.8,0.7` or `1,0.8,0.5;0.8,1,0.4;0.5,0.4,1`.
  ///
  /// Throws `InputError` where a part is no number. Whether the numbers fit is checked with the request.
  public init(parsing text: String) throws {
    let rows = try text.split(separator: ";", omittingEmptySubsequences: false).map { row in
      try row.split(separator: ",", omittingEmptySubsequences: false).map { part in
        guard let value = ExactDecimal(part.trimming(" ")) else {
          throw Self.wrong("'\(part)' is no number")
        }
        return value.double
      }
    }
    if rows.count > 1 {
      self = .matrix(rows)
    } else if rows[0].count > 1 {
      self = .factors(rows[0])
    } else {
      self = .uniform(rows[0][0])
    }
  }

  /// Checks the numbers for `count` instruments; throws `InputError`.
  func validate(count: Int) throws { _ = try mixing(count: count) }

  /// How independent draws become correlated ones; throws `InputError` where the numbers are no correlation.
  func mixing(count: Int) throws -> Mixing {
    switch self {
    case .uniform(let value):
      guard value >= 0, value < 1 else { throw Self.wrong("it is \(value)") }
      let weights = Mixing.Weights(market: value.squareRoot(), own: (1 - value).squareRoot())
      return .factor([Mixing.Weights](repeating: weights, count: count))
    case .factors(let loadings):
      guard loadings.count == count else {
        throw Self.wrong("\(loadings.count) loadings for \(count) instruments")
      }
      return .factor(
        try loadings.map { loading in
          guard loading.magnitude <= 1 else { throw Self.wrong("a loading is \(loading)") }
          return Mixing.Weights(market: loading, own: (1 - loading * loading).squareRoot())
        })
    case .matrix(let rows):
      guard rows.count == count, rows.allSatisfy({ $0.count == count }) else {
        throw Self.wrong("the matrix is not of \(count) by \(count), the number of instruments")
      }
      return .triangle(try Self.triangle(rows))
    }
  }

  /// What rounding may leave where there should be nothing.
  private static let tolerance = 1e-9

  /// The lower triangle whose product with its transpose is the matrix.
  ///
  /// Source: Cholesky's factorisation; a column without a rest is left at 0, so that a semidefinite matrix
  /// passes.
  private static func triangle(_ matrix: [[Double]]) throws -> [[Double]] {
    var lower = matrix.map { $0.map { _ in 0.0 } }
    for i in matrix.indices {
      guard matrix[i][i] == 1 else { throw wrong("the diagonal holds \(matrix[i][i])") }
      for j in 0..<i {
        guard matrix[i][j] == matrix[j][i], matrix[i][j].magnitude <= 1 else {
          throw wrong("\(matrix[i][j]) and \(matrix[j][i]) stand on two sides of the diagonal")
        }
        var rest = matrix[i][j]
        for k in 0..<j { rest -= lower[i][k] * lower[j][k] }
        if lower[j][j] == 0 {
          guard rest.magnitude <= tolerance else { throw indefinite }
        } else {
          lower[i][j] = rest / lower[j][j]
        }
      }
      var rest = 1.0
      for k in 0..<i { rest -= lower[i][k] * lower[i][k] }
      guard rest >= -tolerance else { throw indefinite }
      lower[i][i] = rest <= tolerance ? 0 : rest.squareRoot()
    }
    return lower
  }

  private static var indefinite: InputError {
    wrong("the matrix has a negative eigenvalue: no returns can correlate like that")
  }

  private static func wrong(_ problem: String) -> InputError {
    InputError(SourceLocation(path: "--correlation"), problem, expected: expectation)
  }
}

extension Correlation: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// One number for any two instruments.
  public init(floatLiteral value: Double) { self = .uniform(value) }
  /// One number for any two instruments.
  public init(integerLiteral value: Int) { self = .uniform(Double(value)) }
}

extension Correlation: CustomStringConvertible {
  /// As ``init(parsing:)`` reads it.
  public var description: String {
    func list(_ values: [Double]) -> String { values.map { String($0) }.joined(separator: ",") }
    switch self {
    case .uniform(let value): return String(value)
    case .factors(let loadings): return list(loadings)
    case .matrix(let rows): return rows.map(list).joined(separator: ";")
    }
  }
}

/// How independent normal draws become correlated ones.
enum Mixing {
  /// The weight of the market's draw and of the instrument's own.
  struct Weights: Hashable {
    var market: Double
    var own: Double
  }

  /// One common factor.
  case factor([Weights])
  /// A lower triangle over the instruments' own draws.
  case triangle([[Double]])

  /// The correlated draw of instrument `i`.
  func draw(_ i: Int, market: Double, own: [Double]) -> Double {
    switch self {
    case .factor(let weights): return weights[i].market * market + weights[i].own * own[i]
    case .triangle(let rows):
      var sum = 0.0
      for j in 0...i { sum += rows[i][j] * own[j] }
      return sum
    }
  }
}

extension StringProtocol {
  /// The text without the given character at its ends.
  fileprivate func trimming(_ character: Character) -> SubSequence {
    var rest = self[...]
    while rest.first == character { rest = rest.dropFirst() }
    while rest.last == character { rest = rest.dropLast() }
    return rest
  }
}
