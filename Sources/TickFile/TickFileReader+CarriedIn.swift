extension TickFileReader {
  /// The last unflagged price of each series before block `number`, by series; nil where there is none.
  ///
  /// - Parameter number: may be that behind the last block.
  public func carriedIn(block number: Int) -> [CarriedPrice?] {
    var result = lastPrices
    var isKnown = [Bool](repeating: false, count: series.count)
    var missing = series.count
    // The first block from here on in which a series has ticks tells what was in force before it.
    for block in blocks[number...] where missing > 0 {
      for zone in block.zones where !isKnown[zone.series] {
        isKnown[zone.series] = true
        missing -= 1
        result[zone.series] = zone.carriedIn
      }
    }
    return result
  }

  /// The last unflagged price of each series before span `span` of block `number`, by series; nil where there
  /// is none. Nothing is decoded for it.
  public func carriedIn(block number: Int, span: Int) -> [CarriedPrice?] {
    var result = carriedIn(block: number)
    for before in blocks[number].spans[..<span] {
      for envelope in before.envelopes { result[envelope.series] = envelope.last }
    }
    return result
  }
}
