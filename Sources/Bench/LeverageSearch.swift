internal import Engine
internal import Platform

extension BenchBook {
  /// People among whom the leverage is sought.
  private static let sample = 2_000
  private static let halvings = 12
  /// Medians between which the leverage is sought.
  private static let leverages = (low: 0.02, high: 80.0)
  /// More rejected accounts than this share are taken for too much leverage.
  private static let mostRejected = 0.2

  /// The median leverage at which about a share of the accounts is liquidated, by halving on the real
  /// outcome; at a share of 0 the most, nearly, at which none is.
  func leverage(
    _ trial: EngineTrial, accounts: Int, share: Double, threads: Int
  ) throws -> Double {
    var (low, high) = Self.leverages
    for _ in 0..<Self.halvings {
      try Interrupt.check()
      let middle = (low * high).squareRoot()
      let run = try trial.run(
        .pruned, try point(accounts: min(accounts, Self.sample), leverage: middle), threads: threads)
      let isTooMuch =
        Double(run.liquidated) > share * Double(run.accounts)
        || Double(run.rejected) > Self.mostRejected * Double(run.accounts)
      if isTooMuch { high = middle } else { low = middle }
    }
    if share > 0 { return low }
    // In the whole book there are people that take more than any of the sample.
    while low > Self.leverages.low {
      try Interrupt.check()
      let run = try trial.run(.pruned, try point(accounts: accounts, leverage: low), threads: threads)
      if run.liquidated == 0 { break }
      low *= 0.9
    }
    return low
  }
}
