internal import Market

/// Something that stands in two of the files that are to be read as one, and would count twice: the whole
/// content, or the funding of one instrument over common times. Prices may overlap: the later record just
/// holds.
public struct TickFileOverlap: Hashable, Sendable {
  /// Places of the two files, the earlier one first.
  public var files: (first: Int, second: Int) { (first, second) }
  /// What stands in both, such as `the same content as a.ticks.zst`.
  public var problem: String
  /// What was expected instead.
  public var expected: String

  private var first: Int
  private var second: Int

  /// The first overlap among `readers`; nil where there is none.
  ///
  /// - Parameters:
  ///   - readers: the files.
  ///   - names: as messages shall name them, in the same order.
  public static func find(in readers: [TickFileReader], names: [String]) -> TickFileOverlap? {
    for second in readers.indices {
      for first in 0..<second {
        if readers[first].digest == readers[second].digest {
          return TickFileOverlap(
            problem: "the tick file \(names[second]) has the same content as \(names[first])",
            expected: "every tick file once", first: first, second: second)
        }
        if let symbol = commonFunding(readers[first], readers[second]) {
          return TickFileOverlap(
            problem:
              "the tick files \(names[first]) and \(names[second]) both hold the funding of \(symbol), "
              + "over common times",
            expected: "every funding settlement once", first: first, second: second)
        }
      }
    }
    return nil
  }

  /// An instrument whose funding stands in both files at overlapping times.
  private static func commonFunding(_ a: TickFileReader, _ b: TickFileReader) -> String? {
    for (place, key) in a.series.enumerated() where key.kind == .funding {
      guard let range = a.times[place], let other = b.series.firstIndex(of: key), let times = b.times[other]
      else { continue }
      if range.overlaps(times) { return key.symbol }
    }
    return nil
  }
}
