import Market
import Platform
import Testing

@testable import Population

struct PopulationDocumentTests {
  /// A cohort's value that is wrong, and what the message must name.
  static let faults: [(key: String, value: String, names: String)] = [
    ("weight", "0", "above 0"),
    ("weigth", "1", "did you mean weight"),
    ("mode", "loan", "lends nothing"),
    ("equity", "0", "above 0"),
    ("equity", "{lognormal: {median: 5}}", "the key sigma"),
    ("equity", "{normal: {median: 5}}", "lognormal"),
    ("equity", "{uniform: {low: 5, high: 4}}", "5 to"),
    ("collateral", "{USTD: 1}", "did you mean USDT"),
    ("collateral", "{USDT: 0}", "above 0"),
    ("collateral", "{}", "at least one asset"),
    ("collateral", "{dirichlet: {USDT: 0}}", "1e-06"),
    ("leverage", "{choice: []}", "1 to"),
    ("leverage", "-1", "above 0"),
    ("positions", "{BTCUSD: 1}", "did you mean BTCUSDT"),
    ("positions", "{BTCUSDT: 0}", "not 0"),
    ("positions", "[{instrument: BTCUSDT, share: 1}, {instrument: BTCUSDT, share: 2}]", "once long"),
    ("positions", "{random: 4}", "1 to 3"),
    ("positions", "{random: [BTCUSDT, BTCUSDT]}", "each instrument once"),
    ("positions", "{random: 1, long: 1.5}", "0 to 1"),
    ("open", "later", "start"),
    ("open", "{uniform: {from: 2021-05-19, to: 2021-05-18}}", "after from"),
    ("spot", "{BTC: -1}", "0 to 1000000000000000"),
    ("user_level", "gold", "vip9"),
    ("behaviour", "{stop_loss: 0}", "above 0"),
    ("behaviour", "{top_up: {at_ratio: 0.8}}", "the key amount"),
    ("actions", "[{at: 2021-05-19, do: borrow, asset: USDT, amount: 5}]", "transfer, add_margin"),
    ("actions", "[{at: 2021-05-19, do: add_margin, instrument: BTCUSDT, amount: 5}]", "isolated"),
    ("name", "a b", "starting with a letter"),
    ("open_fee", "yes", "true or false"),
  ]

  @Test(arguments: faults.indices)
  func namesWhatIsWrong(_ place: Int) throws {
    let fault = Self.faults[place]
    do {
      _ = try population(cohort([fault.key: fault.value]))
      Issue.record("accepted: \(fault.key): \(fault.value)")
    } catch let error as InputError {
      #expect(error.location.line != nil && error.location.path == "study.yaml")
      #expect(error.description.contains(fault.names), "\(error)")
    }
  }

  @Test func cohortsNeedDifferentNames() throws {
    let text = cohort([:])
    let twice = text + "\n  -" + text.split(separator: "  -", maxSplits: 1)[1]
    #expect(throws: InputError.self) { try population(twice) }
  }

  @Test func pathsMayNameACohort() throws {
    let study = try Document.parse(
      "population: {cohorts: [{name: a}, {name: a.b}, {name: '2021'}]}", path: "study.yaml"
    ).root
    func placed(_ path: String) -> String { Population.placedPath(path, in: study) }
    #expect(placed("population.cohorts.a.leverage") == "population.cohorts[0].leverage")
    #expect(placed("population.cohorts.a.b.leverage") == "population.cohorts[1].leverage")
    #expect(placed("population.cohorts.2021.equity") == "population.cohorts[2].equity")
    #expect(placed("population.cohorts[1].equity") == "population.cohorts[1].equity")
    #expect(placed("population.cohorts.ab.equity") == "population.cohorts.ab.equity")
    #expect(placed("venue.assets.BTC.bid_buffer") == "venue.assets.BTC.bid_buffer")
  }
}
