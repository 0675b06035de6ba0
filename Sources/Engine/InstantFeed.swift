internal import Kernels
internal import Margin
internal import Market

/// Two chunks in turn: one is worked on while the next is decoded.
final class InstantFeed {
  let layout: FactorLayout
  private var source: InstantSource
  private var decoded: InstantChunk
  private var inUse: InstantChunk
  private var outcome: Result<Bool, any Error> = .success(false)
  /// Instants decoded so far.
  var instants: Int { source.statistics.instants }
  /// What has been decoded so far.
  var statistics: ReplayStatistics { source.statistics }

  init(_ replay: Replay, capacity: Int, scan: LineScan) throws {
    source = try InstantSource(replay)
    layout = source.layout
    let unpriced = Quotes(unpriced: replay.venue)
    decoded = InstantChunk(layout: layout, capacity: capacity, unpriced: unpriced, scan: scan)
    inUse = InstantChunk(layout: layout, capacity: capacity, unpriced: unpriced, scan: scan)
  }

  /// Decodes the next chunk now.
  func decodeNext() throws {
    decodeAhead()
    _ = try outcome.get()
  }

  /// Decodes the next chunk while another thread works on the current one; errors wait for ``takeDecoded()``.
  func decodeAhead() {
    outcome = Result { try source.fill(decoded) }
  }

  /// Makes the decoded chunk the current one; nil at the end.
  func takeDecoded() throws -> InstantChunk? {
    guard try outcome.get() else { return nil }
    if inUse.count > 0 { inUse.read(inUse.count - 1, into: &decoded.before) }
    swap(&decoded, &inUse)
    return inUse
  }
}
