internal import Engine
internal import Market
internal import Population

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

  /// A generous estimate of what one account takes while its point runs, in bytes: itself, its place in the
  /// engine's columns and a few rows.
  static func bytesPerAccount(_ venue: Venue) -> Int {
    2_048 + 64 * venue.assets.count + 256 * min(venue.instruments.count, 16)
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
