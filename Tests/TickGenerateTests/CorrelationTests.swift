import Market
import Platform
import TickFile
import Testing

@testable import TickGenerate

/// Correlations as they are written, and as they come out.
@Suite struct CorrelationTests {
  @Test func textSaysWhichKindItIs() throws {
    #expect(try Correlation(parsing: "0.8") == .uniform(0.8))
    #expect(try Correlation(parsing: "0.9, -0.5") == .factors([0.9, -0.5]))
    #expect(try Correlation(parsing: "1,0.5;0.5,1") == .matrix([[1, 0.5], [0.5, 1]]))
    #expect(try Correlation(parsing: "1,0.5;0.5,1").description == "1.0,0.5;0.5,1.0")
  }

  @Test(arguments: [
    ("", "'' is no number"), ("x", "'x' is no number"), ("0.9,", "'' is no number"),
    ("1", "it is 1.0"), ("-0.1", "it is -0.1"), ("0.9,0.8", "2 loadings for 3 instruments"),
    ("0.9,0.8,1.1", "a loading is 1.1"), ("1,0;0,1", "not of 3 by 3"), ("1,0,0;0,1;0,0,1", "not of 3 by 3"),
    ("1,0,0;0,2,0;0,0,1", "the diagonal holds 2.0"),
    ("1,0.1,0;0.2,1,0;0,0,1", "0.2 and 0.1 stand on two sides"),
    // Two that move as one cannot both mirror a third.
    ("1,1,-1;1,1,1;-1,1,1", "a negative eigenvalue"),
    ("1,0.9,0;0.9,1,0.9;0,0.9,1", "a negative eigenvalue"),
  ])
  func wrongOnesAreRefused(text: String, problem: String) {
    #expect {
      try Correlation(parsing: text).validate(count: 3)
    } throws: {
      ($0 as? InputError).map { $0.problem.contains(problem) && "\($0)".hasPrefix("--correlation: ") }
        ?? false
    }
  }

  @Test func theTriangleTimesItsTransposeIsTheMatrix() throws {
    // By hand: 0.8 = 0.8·1; 0.6 = √(1 − 0.64); (0.2 − 0.8·0.5)/0.6 = −1/3; 1 − 0.25 − 1/9 = 23/36.
    let matrix = [[1, 0.8, 0.5], [0.8, 1, 0.2], [0.5, 0.2, 1.0]]
    guard case .triangle(let rows) = try Correlation.matrix(matrix).mixing(count: 3) else {
      Issue.record("a matrix makes a triangle")
      return
    }
    let expected: [[Double]] = [[1, 0, 0], [0.8, 0.6, 0], [0.5, -1.0 / 3, (23.0 / 36).squareRoot()]]
    for (row, other) in zip(rows, expected) {
      for (a, b) in zip(row, other) { #expect((a - b).magnitude < 1e-12) }
    }
  }

  @Test func instrumentsMayMoveAsOne() throws {
    guard case .triangle(let rows) = try Correlation.matrix([[1, 1], [1, 1]]).mixing(count: 2) else {
      Issue.record("a matrix makes a triangle")
      return
    }
    #expect(rows == [[1, 0], [1, 0]])
  }

  @Test(arguments: [
    // Factors 0.9, 0.5 and -0.6: the products.
    (Correlation.factors([0.9, 0.5, -0.6]), [0.45, -0.54, -0.3]),
    (.matrix([[1, 0.8, 0.5], [0.8, 1, 0.2], [0.5, 0.2, 1]]), [0.8, 0.5, 0.2]),
    (.uniform(0.3), [0.3, 0.3, 0.3]),
  ])
  func returnsCorrelateAsAskedFor(correlation: Correlation, expected: [Double]) throws {
    // 30 days of ten-minute returns, 4,319 of them: the standard error of a correlation is below 0.016.
    var request = GenerateRequest(output: "unused", length: .duration(days(30)), seed: 4)
    (request.step, request.tradesPerSecond) = (TimeSpan(nanoseconds: 10_000_000_000), 0.1)
    (request.correlation, request.jumpsPerDay) = (correlation, 0)
    (request.hasMarks, request.hasFunding) = (false, false)
    let made = try Generated(request)
    let returns = request.instruments.map {
      MarketShapeTests.returns(made.ticks($0.name, .trade), every: minutes(10))
    }
    for ((a, b), value) in zip([(0, 1), (0, 2), (1, 2)], expected) {
      let count = min(returns[a].count, returns[b].count)
      let (x, y) = (Array(returns[a].prefix(count)), Array(returns[b].prefix(count)))
      let product = MarketShapeTests.covariance(x, x) * MarketShapeTests.covariance(y, y)
      let found = MarketShapeTests.covariance(x, y) / product.squareRoot()
      #expect((found - value).magnitude < 0.06, "\(a) and \(b): \(found)")
    }
    for (instrument, values) in zip(request.instruments, returns) {
      let volatility = (MarketShapeTests.covariance(values, values) * 365 * 144).squareRoot()
      #expect((volatility / instrument.volatility - 1).magnitude < 0.06, "\(instrument.name): \(volatility)")
    }
  }
}
