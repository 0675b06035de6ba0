import Market
import TickFile

@testable import TickGenerate

/// The ticks of a request, in memory.
struct Generated {
  var keys: [SeriesKey] = []
  var ticks: [Tick] = []

  init(_ request: GenerateRequest) throws {
    try request.validate()
    var keys: [SeriesKey] = []
    var ticks: [Tick] = []
    try request.generate(
      series: { key in
        keys.append(key)
        return keys.count - 1
      }, tick: { ticks.append($0) })
    self.keys = keys
    self.ticks = ticks
  }

  /// The ticks of one series.
  func ticks(_ symbol: String, _ kind: SeriesKind) -> [Tick] {
    let number = keys.firstIndex(of: SeriesKey(symbol: symbol, kind: kind))
    return ticks.filter { $0.series == number }
  }
}

/// Minutes, hours and days as lengths of time.
func minutes(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: count * 60_000_000_000) }
func hours(_ count: Int64) -> TimeSpan { minutes(60 * count) }
func days(_ count: Int64) -> TimeSpan { hours(24 * count) }

/// Midnight of 19 May 2021 in ns.
let crashDay: Int64 = 1_621_382_400_000_000_000
