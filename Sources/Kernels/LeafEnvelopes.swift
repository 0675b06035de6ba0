public import Platform

/// The lowest and highest price of each column over leaves of 64 ticks: the ground on which trees of bounds
/// stand.
public enum LeafEnvelopes {
  /// Ticks of a leaf; the last leaf may have fewer.
  public static let ticks = 64

  /// Bounds the prices of consecutive ticks.
  ///
  /// A leaf's bounds of a column hold its ticks' prices and the price in force before the leaf. Results lie
  /// leaf by leaf, `count` columns each.
  ///
  /// - Parameters:
  ///   - columns: the column of each tick. One that is not below `count` names no price; its tick is passed
  ///     over.
  ///   - prices: the price of each tick, above 0 where it is one.
  ///   - count: number of columns.
  ///   - carry: for each column the price in force before the first tick, 0 for none. Becomes that after the
  ///     last.
  ///   - lows: the lowest price of each leaf and column; 0 where it has none.
  ///   - highs: the highest one.
  ///   - carriedIn: the price in force before each leaf; 0 for none.
  ///   - level: the instruction set that runs; the processor supports it.
  public static func measure(
    columns: Span<UInt16>, prices: Span<Double>, count: Int, carry: inout MutableSpan<Double>,
    lows: inout MutableSpan<Double>, highs: inout MutableSpan<Double>,
    carriedIn: inout MutableSpan<Double>, level: KernelLevel
  ) {
    precondition(prices.count == columns.count)
    let results = (prices.count + ticks - 1) / ticks * count
    precondition(level.isSupported && (0...65_535).contains(count) && carry.count == count)
    precondition(lows.count >= results && highs.count >= results && carriedIn.count >= results)
    // Safe: the preconditions bound every index; the pointers do not leave the closures, and where one is
    // null there is nothing to do.
    unsafe carry.withUnsafeMutableBufferPointer { carry in
      unsafe lows.withUnsafeMutableBufferPointer { lows in
        unsafe highs.withUnsafeMutableBufferPointer { highs in
          unsafe carriedIn.withUnsafeMutableBufferPointer { carriedIn in
            unsafe prices.withUnsafeBufferPointer { prices in
              unsafe columns.withUnsafeBufferPointer { columns in
                guard let price = prices.baseAddress, let column = columns.baseAddress,
                  let carry = carry.baseAddress, let low = lows.baseAddress, let high = highs.baseAddress,
                  let ins = carriedIn.baseAddress
                else { return }
                unsafe Levels.leafEnvelopes(
                  level, column, price, prices.count, count, carry, low, high, ins)
              }
            }
          }
        }
      }
    }
  }
}
