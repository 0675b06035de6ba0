internal import Market
internal import Platform

/// Writes several tick files as one.
public enum TickMerge {
  /// Merges `readers` by time, ties by the order of the files, then of their records. Values, sizes and flags
  /// stay as they are: the content digest of the result is that of the merge. Dropped counts add up.
  ///
  /// - Parameters:
  ///   - readers: The files, in the order that decides ties.
  ///   - options: How the new file is laid out.
  ///   - output: The new file, `-` for standard output.
  ///   - force: Whether a file of that name may be replaced.
  ///   - tool: The program and its version, for the new file's metadata.
  /// - Throws: `InputError` where something would count twice or `output` is an input,
  ///   `CorruptDataError` where an input is damaged;
  ///   nothing stays of the output then.
  public static func merge(
    _ readers: [TickFileReader], to output: String, force: Bool, tool: String,
    options: TickFileOptions = TickFileOptions()
  ) throws -> TickFileSummary {
    try readers.requireOthers(than: output)
    if let overlap = TickFileOverlap.find(in: readers, names: readers.map(\.path)) {
      throw InputError(
        SourceLocation(path: readers[overlap.files.second].path), overlap.problem, expected: overlap.expected)
    }
    var merged = try MergedTicks(readers: readers, columns: .all, threads: Machine.usableCores)
    let writer = try TickFileWriter(
      path: output, force: force, metadata: metadata(readers, tool: tool), options: options)
    for key in merged.series { _ = try writer.series(key) }
    var columns = TickColumns()
    var ticks: [PackedTick] = []
    while try merged.next(into: &columns) {
      try Interrupt.check()
      ticks.removeAll(keepingCapacity: true)
      ticks.append(contentsOf: (0..<columns.count).lazy.map { columns.packed($0) })
      try writer.append(contentsOf: ticks)
    }
    return try writer.finish()
  }

  private static func metadata(_ readers: [TickFileReader], tool: String) -> TickFileMetadata {
    var sources: [String] = []
    var result = TickFileMetadata(source: "", tool: tool)
    for reader in readers {
      if !sources.contains(reader.metadata.source) { sources.append(reader.metadata.source) }
      for note in reader.metadata.notes where !result.notes.contains(note) { result.notes.append(note) }
      result.dropped.merge(reader.metadata.dropped) { $0 + $1 }
    }
    result.source = sources.joined(separator: "; ")
    return result
  }
}

extension [TickFileReader] {
  /// Refuses to write over a file that is read: whoever allows an older result to be replaced does not mean
  /// its source.
  func requireOthers(than output: String) throws {
    guard output != "-" else { return }
    for reader in self where try Files.isSame(reader.path, output) {
      throw InputError(
        SourceLocation(path: output), "is an input as well", expected: "another name for the new file")
    }
  }
}
