internal import Margin
internal import Platform
internal import TickFile

/// How the ticks of a replay are held while accounts run, and what they take at most.
public struct TickFootprint: Sendable, Hashable {
  /// Where the ticks are.
  public enum Holding: String, Sendable {
    /// All in memory, once for all points.
    case whole
    /// In pages, once for all points: those are decoded where somebody looks, and the last ones stay.
    case pages
    /// A part of them at a time, from the beginning for every batch of points.
    case parts
  }

  /// Where the ticks are.
  public var holding: Holding
  /// What ticks and bounds take at most, in bytes.
  public var bytes: Int
  /// What decoding takes besides, in bytes: blocks of every file that are decoded side by side, and those
  /// under way.
  public var decoding: Int
}

extension ReplayTicks {
  /// What a decoded block takes, with the buffers on its way, in bytes.
  private static let blockBytes = 3 << 20

  /// How the ticks are held.
  ///
  /// - Parameter ticks: how many of them the window holds, about; nil for all of the files.
  public func footprint(ticks: Int? = nil) -> TickFootprint {
    let decoding = (replay.files.count + 1) * threads * Self.blockBytes
    let held = min(ticks ?? total, total)
    if fits {
      return TickFootprint(holding: .whole, bytes: held * Tape.bytesPerTick(map), decoding: decoding)
    }
    if let bytes = pagesBytes { return TickFootprint(holding: .pages, bytes: bytes, decoding: decoding) }
    let part = min(held, partTicks) * (Tape.bytesPerTick(map) + rowBytes)
    return TickFootprint(holding: .parts, bytes: 2 * part, decoding: decoding)
  }

  /// What an expanded instant takes, in bytes, where instants are expanded.
  private var rowBytes: Int { expandsRows ? 8 + 8 * map.layout.factors.count : 0 }
}
