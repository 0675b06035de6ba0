/// The block function Threefry-4x64 with 20 rounds: 256 bits of counter and key to 256 random bits.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011).
enum Threefry {
  /// Four words of 64 bits.
  struct Block: Hashable, Sendable {
    var word0: UInt64
    var word1: UInt64
    var word2: UInt64
    var word3: UInt64

    init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
      (self.word0, self.word1, self.word2, self.word3) = (word0, word1, word2, word3)
    }
  }

  /// The constant that the parity word of the key starts from.
  private static let parity: UInt64 = 0x1BD1_1BDA_A9FC_1A22

  /// The block that belongs to a counter under a key.
  static func block(counter: Block, key: Block) -> Block {
    let fifth = parity ^ key.word0 ^ key.word1 ^ key.word2 ^ key.word3
    var x = counter
    x.add(key, number: 0)
    x.oddRounds()
    x.add(Block(key.word1, key.word2, key.word3, fifth), number: 1)
    x.evenRounds()
    x.add(Block(key.word2, key.word3, fifth, key.word0), number: 2)
    x.oddRounds()
    x.add(Block(key.word3, fifth, key.word0, key.word1), number: 3)
    x.evenRounds()
    x.add(Block(fifth, key.word0, key.word1, key.word2), number: 4)
    x.oddRounds()
    x.add(key, number: 5)
    return x
  }
}

extension Threefry.Block {
  /// Adds a part of the key and its number.
  @inline(__always)
  fileprivate mutating func add(_ key: Self, number: UInt64) {
    word0 &+= key.word0
    word1 &+= key.word1
    word2 &+= key.word2
    word3 &+= key.word3 &+ number
  }

  /// Rounds 0 to 3 of the eight that repeat.
  @inline(__always)
  fileprivate mutating func oddRounds() {
    straight(14, 16)
    crossed(52, 57)
    straight(23, 40)
    crossed(5, 37)
  }

  /// Rounds 4 to 7 of the eight that repeat.
  @inline(__always)
  fileprivate mutating func evenRounds() {
    straight(25, 33)
    crossed(46, 12)
    straight(58, 22)
    crossed(32, 32)
  }

  @inline(__always)
  private mutating func straight(_ first: UInt64, _ second: UInt64) {
    Self.mix(&word0, &word1, first)
    Self.mix(&word2, &word3, second)
  }

  @inline(__always)
  private mutating func crossed(_ first: UInt64, _ second: UInt64) {
    Self.mix(&word0, &word3, first)
    Self.mix(&word2, &word1, second)
  }

  @inline(__always)
  private static func mix(_ sum: inout UInt64, _ turned: inout UInt64, _ bits: UInt64) {
    sum &+= turned
    turned = (turned << bits | turned >> (64 &- bits)) ^ sum
  }
}
