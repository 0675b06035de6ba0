internal import Market
internal import Population
internal import Synchronization

/// Keeps the venues, populations and price models that were decoded last, and people who have been drawn,
/// since neighbouring points share them.
final class PointCache: Sendable {
  private struct PopulationKey: Hashable {
    var places: [Int]
    var tables: VenueTables
  }

  private struct State {
    var venues: [[Int]: Venue] = [:]
    var populations: [PopulationKey: Population] = [:]
    var prices: [VenueTables: PriceModel] = [:]
  }

  /// Entries of each kind; a full store is emptied, so that memory stays bounded in grids of any size.
  private static let limit = 512
  private let state = Mutex(State())
  /// The people of all points.
  let people = PeopleStore()

  func venue(_ key: [Int], _ make: () throws -> Venue) throws -> Venue {
    if let known = state.withLock({ $0.venues[key] }) { return known }
    let made = try make()
    state.withLock { Self.store(made, key, in: &$0.venues) }
    return made
  }

  func population(
    _ places: [Int], _ tables: VenueTables, _ make: () throws -> Population
  ) throws -> Population {
    let key = PopulationKey(places: places, tables: tables)
    if let known = state.withLock({ $0.populations[key] }) { return known }
    let made = try make()
    state.withLock { Self.store(made, key, in: &$0.populations) }
    return made
  }

  func prices(_ key: VenueTables, _ make: () throws -> PriceModel) throws -> PriceModel {
    if let known = state.withLock({ $0.prices[key] }) { return known }
    let made = try make()
    state.withLock { Self.store(made, key, in: &$0.prices) }
    return made
  }

  private static func store<Key: Hashable, Value>(
    _ value: Value, _ key: Key, in values: inout [Key: Value]
  ) {
    if values.count >= limit { values.removeAll() }
    values[key] = value
  }
}
