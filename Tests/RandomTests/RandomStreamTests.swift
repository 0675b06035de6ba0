import Support
import Testing

@testable import Random

@Suite("Random streams")
struct RandomStreamTests {
  // The known-answer vectors that were published with the Random123 library of the paper's authors.
  @Test("the block function gives the published answers")
  func knownAnswers() {
    let zero = Threefry.Block(0, 0, 0, 0)
    #expect(
      Threefry.block(counter: zero, key: zero)
        == Threefry.Block(
          0x0921_8EBD_E6C8_5537, 0x5594_1F52_66D8_6105, 0x4BD2_5E16_2824_34DC, 0xEE29_EC84_6BD2_E40B))
    let ones = Threefry.Block(.max, .max, .max, .max)
    #expect(
      Threefry.block(counter: ones, key: ones)
        == Threefry.Block(
          0x29C2_4097_942B_BA1B, 0x0371_BBFB_0F6F_4E11, 0x3C23_1FFA_33F8_3A1C, 0xCD29_113F_DE32_D168))
    let counter = Threefry.Block(
      0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344, 0xA409_3822_299F_31D0, 0x082E_FA98_EC4E_6C89)
    let key = Threefry.Block(
      0x4528_21E6_38D0_1377, 0xBE54_66CF_34E9_0C6C, 0xBE54_66CF_34E9_0C6C, 0xC0AC_29B7_C97C_50DD)
    #expect(
      Threefry.block(counter: counter, key: key)
        == Threefry.Block(
          0xA7E8_FDE5_9165_1BD9, 0xBAAF_D0C3_0138_319B, 0x84A5_C1A7_29E6_85B9, 0x901D_406C_CEBC_1BA4))
  }

  @Test("a stream starts with the published answer for a key and a counter of zero")
  func start() {
    var stream = RandomStream(seed: 0, stream: 0, purpose: 0)
    #expect(stream.next() == 0x0921_8EBD_E6C8_5537)
    #expect(stream.nextUInt64() == 0x5594_1F52_66D8_6105)
    #expect(stream.next() == 0x4BD2_5E16_2824_34DC)
    #expect(stream.next() == 0xEE29_EC84_6BD2_E40B)
    #expect(stream.position == 4)
  }

  @Test("any word can be had alone, in any order")
  func randomAccess() {
    var stream = RandomStream(seed: 7, stream: 42, purpose: 1)
    let words = (0..<41).map { _ in stream.next() }
    for index in [40, 0, 3, 4, 17, 5, 39] {
      #expect(stream.word(at: UInt64(index)) == words[index])
      var other = RandomStream(seed: 7, stream: 42, purpose: 1)
      other.seek(to: UInt64(index))
      #expect((index..<41).map { _ in other.next() } == Array(words[index...]))
    }
    #expect(stream.position == 41)
  }

  @Test("seed, stream and purpose each change every word, and streams share none")
  func independence() throws {
    var seen: Set<UInt64> = []
    var count = 0
    for seed in [0, 1, .max] as [UInt64] {
      for number in 0..<40 as Range<UInt64> {
        for purpose in 0..<10 as Range<UInt64> {
          var stream = RandomStream(seed: seed, stream: number, purpose: purpose)
          for _ in 0..<8 {
            seen.insert(stream.next())
            count += 1
          }
        }
      }
    }
    #expect(seen.count == count)
  }

  @Test("neighbouring streams are uncorrelated, and bits are balanced")
  func correlation() {
    let count = 200_000
    var products = 0.0
    var ones = [Int](repeating: 0, count: 64)
    for number in 0..<count {
      var first = RandomStream(seed: 7, stream: UInt64(number))
      var second = RandomStream(seed: 7, stream: UInt64(number + 1))
      let word = first.next()
      products += (Double(word >> 11) * 0x1p-53 - 0.5) * (second.uniform() - 0.5)
      for bit in 0..<64 { ones[bit] += Int(word >> UInt64(bit) & 1) }
    }
    // Five standard errors: 1/12 of √n, and √n/2.
    #expect(abs(products) < 5 * Double(count).squareRoot() / 12)
    for bit in 0..<64 { #expect(abs(ones[bit] - count / 2) < 5 * 224, "bit \(bit)") }
  }
}
