/// A stream of random numbers that depends on its seed, number and purpose alone.
///
/// Word *n* of a stream is a function of (seed, stream, purpose, *n*): it does not depend on what other
/// streams drew, on their order, or on how many there are. Give each account its own `stream` and each use
/// its own `purpose`, and a person stays the same whatever else is drawn.
///
/// ```swift
/// var draws = RandomStream(seed: 7, stream: 42, purpose: 0)
/// let equityUSD = draws.lognormal(median: 20_000, sigma: 1.2)
/// ```
public struct RandomStream: RandomNumberGenerator, Hashable, Sendable {
  /// The seed of the study.
  public let seed: UInt64
  /// The number of the stream, for example of the account.
  public let stream: UInt64
  /// What the numbers are for.
  public let purpose: UInt64
  /// The number of words of 64 bits drawn so far, which is the index of the next one.
  public private(set) var position: UInt64 = 0
  /// The block that holds the word at `position`, where `position` is no multiple of four.
  private var block = Threefry.Block(0, 0, 0, 0)

  /// Makes the stream at its start.
  public init(seed: UInt64, stream: UInt64, purpose: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
    self.purpose = purpose
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let lane = position & 3
    if lane == 0 { block = makeBlock(position >> 2) }
    position &+= 1
    return Self.word(lane, of: block)
  }

  /// The next 64 random bits.
  public mutating func nextUInt64() -> UInt64 { next() }

  /// The word at an index of this stream, without moving it.
  public func word(at index: UInt64) -> UInt64 { Self.word(index & 3, of: makeBlock(index >> 2)) }

  /// Goes to the word at `index`; the next draw starts there.
  public mutating func seek(to index: UInt64) {
    position = index
    if index & 3 != 0 { block = makeBlock(index >> 2) }
  }

  private func makeBlock(_ number: UInt64) -> Threefry.Block {
    Threefry.block(
      counter: Threefry.Block(number, 0, 0, 0), key: Threefry.Block(seed, stream, purpose, 0))
  }

  private static func word(_ lane: UInt64, of block: Threefry.Block) -> UInt64 {
    switch lane {
    case 0: block.word0
    case 1: block.word1
    case 2: block.word2
    default: block.word3
    }
  }
}
