internal import Platform

extension Document.Node {
  /// The sections that a venue file may leave out: an override of one of their values opens them.
  private static let optionalSections = ["liquidation", "auto_exchange", "loan", "fund", "funding"]

  /// A venue's document with overrides applied in their order, see ``VenueFile/venue(overriding:)``.
  func applying(_ overrides: [Override]) throws -> Document.Node {
    var root = self
    var tables = StaleTables()
    for override in overrides {
      let path = override.path.hasPrefix("venue.") ? String(override.path.dropFirst(6)) : override.path
      root = try root.openingSection(of: path, at: override.value.location)
      root = try root.setting(path: path, to: override.value)
      tables.note(path: path, value: override.value)
    }
    return root.droppingAmounts(of: tables)
  }

  private func openingSection(of path: String, at location: SourceLocation) throws -> Document.Node {
    guard let end = path.firstIndex(of: "."), case .mapping = content else { return self }
    let section = String(path[..<end])
    guard Self.optionalSections.contains(section), self[section] == nil else { return self }
    return try setting(path: section, to: Document.Node(.mapping([]), at: location))
  }

  /// Removes the amounts that no longer fit their table.
  private func droppingAmounts(of tables: StaleTables) -> Document.Node {
    guard !tables.stale.isEmpty else { return self }
    var copy = self
    switch content {
    case .scalar:
      break
    case .mapping(let entries):
      copy.content = .mapping(
        entries.map { entry in
          var changed = entry
          changed.value = entry.value.droppingAmounts(of: tables)
          return changed
        })
    case .sequence(let rows) where tables.stale.contains(label):
      copy.content = .sequence(
        rows.enumerated().map { index, row in
          tables.keepsAmount(of: index, in: label) ? row : row.without("amount")
        })
    case .sequence(let items):
      copy.content = .sequence(items.map { $0.droppingAmounts(of: tables) })
    }
    return copy
  }

  /// The same mapping without one of its keys.
  func without(_ key: String) -> Document.Node {
    guard case .mapping(let entries) = content else { return self }
    var copy = self
    copy.content = .mapping(entries.filter { $0.key != key })
    return copy
  }
}

/// The bracket and tier tables of which overrides changed a floor or a rate.
private struct StaleTables {
  private struct Row: Hashable {
    var table: String
    var index: Int
  }

  private(set) var stale: Set<String> = []
  private var kept: Set<Row> = []

  func keepsAmount(of index: Int, in table: String) -> Bool { kept.contains(Row(table: table, index: index)) }

  /// Notes what an override did, from its path: `….brackets[1].rate`, `….tiers.0`, `….brackets`.
  mutating func note(path: String, value: Document.Node) {
    if Self.isTable(path) {
      // A whole new table brings its own amounts.
      stale.remove(path)
      kept = kept.filter { $0.table != path }
      return
    }
    if let row = Self.row(path) {
      stale.insert(row.table)
      if value["amount"] != nil { kept.insert(row) } else { kept.remove(row) }
      return
    }
    guard let dot = path.lastIndex(of: "."), let row = Self.row(String(path[..<dot])) else { return }
    switch path[path.index(after: dot)...] {
    case "floor", "rate": stale.insert(row.table)
    case "amount": kept.insert(row)
    default: break
    }
  }

  private static func isTable(_ path: some StringProtocol) -> Bool {
    path.hasSuffix(".brackets") || path.hasSuffix(".tiers")
  }

  /// The row that a path ends in, written `table[1]` or `table.1`.
  private static func row(_ path: String) -> Row? {
    let trimmed = path.hasSuffix("]") ? path.dropLast() : path[...]
    guard let start = trimmed.lastIndex(where: { $0 == "[" || $0 == "." }),
      let index = Int(trimmed[trimmed.index(after: start)...]), isTable(trimmed[..<start])
    else { return nil }
    return Row(table: String(trimmed[..<start]), index: index)
  }
}
