public import Platform

/// Brings columns that are grouped by series into the order of the ticks.
public enum GroupedColumns {
  /// Elements that must be there behind the last place and behind the last result.
  public static let slack = 64
  /// Most groups whose places are bytes.
  public static let maximumGroups = 256

  /// Merges the groups: each tick gets the next value of its group.
  ///
  /// - Parameters:
  ///   - places: the group of each of `count` ticks, with ``slack`` behind. No place harms, but only those of
  ///     groups have a value.
  ///   - count: number of ticks.
  ///   - starts: for each of ``maximumGroups`` where its first value is; becomes where the next one would be.
  ///   - groups: number of groups.
  ///   - source: the values; `count` and ``slack`` more from every start on.
  ///   - out: gets `count` values from `start` on.
  ///   - start: place of the first of them.
  ///   - level: the instruction set that runs; the processor supports it.
  public static func merge(
    _ places: Span<UInt8>, count: Int, starts: inout MutableSpan<Int>, groups: Int, source: Span<Double>,
    into out: inout MutableSpan<Double>, at start: Int, level: KernelLevel
  ) {
    check(places.count, count, starts, groups, source.count, out.count, start, level)
    // Safe: `check` has bound every index, whatever the places are; the pointers do not leave the closures.
    unsafe places.withUnsafeBufferPointer { places in
      unsafe starts.withUnsafeMutableBufferPointer { starts in
        unsafe source.withUnsafeBufferPointer { source in
          unsafe out.withUnsafeMutableBufferPointer { out in
            guard let place = places.baseAddress, let next = starts.baseAddress,
              let source = source.baseAddress, let out = out.baseAddress
            else { return }
            unsafe Levels.mergeGroups(level, place, count, groups, next, source, out + start)
          }
        }
      }
    }
  }

  /// Merges groups of integers: as for doubles.
  public static func merge(
    _ places: Span<UInt8>, count: Int, starts: inout MutableSpan<Int>, groups: Int, source: Span<Int64>,
    into out: inout MutableSpan<Int64>, at start: Int, level: KernelLevel
  ) {
    check(places.count, count, starts, groups, source.count, out.count, start, level)
    // Safe: as above. A double has as many bytes as an integer, and the loops only move them.
    unsafe places.withUnsafeBufferPointer { places in
      unsafe starts.withUnsafeMutableBufferPointer { starts in
        unsafe source.withUnsafeBufferPointer { source in
          unsafe source.withMemoryRebound(to: Double.self) { source in
            unsafe out.withUnsafeMutableBufferPointer { out in
              unsafe out.withMemoryRebound(to: Double.self) { out in
                guard let place = places.baseAddress, let next = starts.baseAddress,
                  let source = source.baseAddress, let out = out.baseAddress
                else { return }
                unsafe Levels.mergeGroups(level, place, count, groups, next, source, out + start)
              }
            }
          }
        }
      }
    }
  }

  private static func check(
    _ places: Int, _ count: Int, _ starts: borrowing MutableSpan<Int>, _ groups: Int, _ source: Int,
    _ room: Int, _ start: Int, _ level: KernelLevel
  ) {
    precondition(level.isSupported && (1...maximumGroups).contains(groups) && starts.count == maximumGroups)
    precondition(count >= 0 && start >= 0 && places - slack >= count && room - start >= count)
    // A bit above all others is set where one of them is out of its range.
    let last = source - slack - count
    var outside = last
    for group in 0..<maximumGroups { outside |= starts[group] | (last &- starts[group]) }
    precondition(outside >= 0)
  }

  /// Spreads places of 1, 2 or 4 bits, from the lowest bit of the first byte on, to bytes.
  ///
  /// - Parameters:
  ///   - packed: the bytes; `start` names the first. Eight more must be there behind the last.
  ///   - start: place of the first byte.
  ///   - bits: 1, 2 or 4.
  ///   - count: number of places.
  ///   - out: gets them, with room for seven more, of which nothing is said.
  ///   - level: the instruction set that runs; the processor supports it.
  public static func spread(
    _ packed: Span<UInt8>, from start: Int, bits: Int, count: Int, into out: inout MutableSpan<UInt8>,
    level: KernelLevel
  ) {
    precondition(level.isSupported && (bits == 1 || bits == 2 || bits == 4) && count >= 0 && start >= 0)
    precondition(packed.count - start - 8 >= (count + 7) / 8 * bits && out.count - 7 >= count)
    // Safe: the preconditions bound every index; the pointers do not leave the closures.
    unsafe packed.withUnsafeBufferPointer { packed in
      unsafe out.withUnsafeMutableBufferPointer { out in
        guard let packed = packed.baseAddress, let out = out.baseAddress else { return }
        unsafe Levels.spreadPlaces(level, packed + start, bits, count, out)
      }
    }
  }

  /// Looks up the number of each place.
  ///
  /// - Parameters:
  ///   - table: ``maximumGroups`` numbers.
  ///   - groups: how many of them are meant.
  ///   - places: the places, with ``slack`` behind. One that is no group gets any number of the table.
  ///   - count: number of places.
  ///   - out: gets `count` numbers from `start` on.
  ///   - start: place of the first of them.
  ///   - level: the instruction set that runs; the processor supports it.
  public static func lookUp(
    _ table: Span<UInt16>, groups: Int, places: Span<UInt8>, count: Int,
    into out: inout MutableSpan<UInt16>, at start: Int, level: KernelLevel
  ) {
    precondition(level.isSupported && table.count == maximumGroups && groups <= maximumGroups)
    precondition(count >= 0 && start >= 0 && places.count - slack >= count && out.count - start >= count)
    // Safe: the preconditions bound every index, whatever the places are; the pointers do not leave the
    // closures.
    unsafe table.withUnsafeBufferPointer { table in
      unsafe places.withUnsafeBufferPointer { places in
        unsafe out.withUnsafeMutableBufferPointer { out in
          guard let table = table.baseAddress, let places = places.baseAddress, let out = out.baseAddress
          else { return }
          unsafe Levels.lookUp(level, table, groups, places, count, out + start)
        }
      }
    }
  }
}
