internal import Engine
internal import Market
internal import Population
internal import Report

/// Points that run together: their venues have the same tables and default funding, so one pass over the
/// ticks serves them all.
struct Batch {
  /// What a replay depends on besides the study.
  struct ReplayKey: Hashable {
    var tables: VenueTables
    var funding: DefaultFunding?

    init(_ venue: Venue) {
      tables = VenueTables(venue)
      funding = venue.funding
    }
  }

  var key: ReplayKey
  var points: [PlannedPoint] = []
  var accounts: Int { points.reduce(0) { $0 + $1.population.count } }

  /// A generous estimate of what one account takes while it lives, in bytes: itself, its place in the
  /// engine's columns and its lines.
  static func bytesPerAccount(_ venue: Venue) -> Int {
    1_024 + 64 * venue.assets.count + 192 * min(venue.instruments.count, 16)
  }

  /// A generous estimate of what the rows of an account take until those of its point are written, in bytes.
  static func rowBytesPerAccount(_ report: ReportOptions) -> Int {
    // Every other one is liquidated, in two steps.
    1_024 + (report.accounts ? 512 : 0) + (report.bands ? 256 : 0)
  }
}

extension SweepPlan {
  /// The batch that begins with a point: as many of those that follow as fit into memory, at least one.
  func batch(from first: Int, memory: Int) throws -> Batch {
    let start = try point(first)
    var batch = Batch(key: Batch.ReplayKey(start.venue), points: [start])
    var bytes = start.population.count * Batch.bytesPerAccount(start.venue)
    for number in (first + 1)..<max(first + 1, pointCount) {
      let next = try point(number)
      bytes += next.population.count * Batch.bytesPerAccount(next.venue)
      guard bytes <= memory, Batch.ReplayKey(next.venue) == batch.key else { break }
      batch.points.append(next)
    }
    return batch
  }
}
