import Glibc
import Support
import Testing

@testable import Random

/// How many representable numbers lie between two.
func distance(_ a: Double, _ b: Double) -> Int64 {
  if a == b || (a.isNaN && b.isNaN) { return 0 }
  if a.isNaN || b.isNaN { return .max }
  func rank(_ x: Double) -> Int64 {
    let bits = Int64(bitPattern: x.bitPattern)
    return bits >= 0 ? bits : .min - bits
  }
  return abs(rank(a) - rank(b))
}

@Suite("Elementary functions")
struct FunctionsTests {
  /// The farthest that `ours` is from `theirs` over a million points, in units in the last place.
  private static func farthest(
    _ points: (inout RandomStream) -> Double, _ ours: (Double) -> Double, _ theirs: (Double) -> Double
  ) -> Int64 {
    var stream = RandomStream(seed: 1, stream: 2, purpose: 3)
    var farthest: Int64 = 0
    for _ in 0..<1_000_000 {
      let x = points(&stream)
      farthest = max(farthest, distance(ours(x), theirs(x)))
    }
    return farthest
  }

  @Test("exp agrees with the C library within 2 units over its whole range, subnormal results included")
  func expAgrees() {
    let range: (inout RandomStream) -> Double = { $0.uniform(from: -750, to: 715) }
    #expect(Self.farthest(range, Functions.exp, { Glibc.exp($0) }) <= 2)
    let small: (inout RandomStream) -> Double = { $0.uniform(from: -1, to: 1) }
    #expect(Self.farthest(small, Functions.exp, { Glibc.exp($0) }) <= 2)
  }

  @Test("log agrees with the C library within 2 units over every positive number and near 1")
  func logAgrees() {
    let any: (inout RandomStream) -> Double = { Double(bitPattern: $0.next() % 0x7FF0_0000_0000_0000) }
    #expect(Self.farthest(any, Functions.log, { Glibc.log($0) }) <= 2)
    let near: (inout RandomStream) -> Double = { $0.uniform(from: 0.5, to: 2) }
    #expect(Self.farthest(near, Functions.log, { Glibc.log($0) }) <= 2)
    let nearest: (inout RandomStream) -> Double = { 1 + $0.uniform(from: -1e-6, to: 1e-6) }
    #expect(Self.farthest(nearest, Functions.log, { Glibc.log($0) }) <= 2)
    let subnormal: (inout RandomStream) -> Double = { Double(bitPattern: $0.next() >> 12) }
    #expect(Self.farthest(subnormal, Functions.log, { Glibc.log($0) }) <= 2)
  }

  @Test("special values")
  func special() {
    #expect(Functions.exp(0) == 1 && Functions.exp(-0.0) == 1)
    #expect(Functions.exp(.infinity) == .infinity && Functions.exp(-.infinity) == 0)
    #expect(Functions.exp(.nan).isNaN && Functions.log(.nan).isNaN)
    #expect(Functions.exp(709.79) == .infinity && Functions.exp(-745.14) == 0)
    #expect(Functions.exp(-745.13) == .leastNonzeroMagnitude)
    #expect(Functions.log(1) == 0 && Functions.log(0) == -.infinity && Functions.log(-0.0) == -.infinity)
    #expect(Functions.log(.infinity) == .infinity && Functions.log(-1).isNaN)
    #expect(Functions.log(-.infinity).isNaN)
  }

  // The bits were worked out apart with 200-bit arithmetic, and are the nearest doubles.
  @Test(
    "exp has these bits on every machine",
    arguments: [
      (1.0, 0x4005_BF0A_8B14_5769), (-1.0, 0x3FD7_8B56_362C_EF38), (0.5, 0x3FFA_6129_8E1E_069C),
      (1e-10, 0x3FF0_0000_0006_DF38), (-0.3465, 0x3FE6_A10B_883D_5676), (0.3466, 0x3FF6_A0C5_906B_C779),
      (10.0, 0x40D5_829D_CF95_0560), (-20.5, 0x3E15_7A3A_FEED_00AB), (100.0, 0x48F3_494A_9B17_1BF5),
      (700.0, 0x7F0D_945D_F4F8_EC8E), (709.782712893384, 0x7FEF_FFFF_FFFF_FF2A),
      (-708.5, 0x000E_6CF6_D088_97AC), (-740.0, 0x0000_0000_0000_0055), (-745.13, 0x0000_0000_0000_0001),
    ] as [(Double, UInt64)])
  func expBits(x: Double, bits: UInt64) { #expect(Functions.exp(x).bitPattern == bits) }

  // As above; ln 3 alone is one unit below the nearest double.
  @Test(
    "log has these bits on every machine",
    arguments: [
      (2.0, 0x3FE6_2E42_FEFA_39EF), (0.5, 0xBFE6_2E42_FEFA_39EF), (10.0, 0x4002_6BB1_BBB5_5516),
      (1.1, 0x3FB8_663F_793C_46CC), (0.9, 0xBFBA_F8E8_210A_415C),
      (1.0000000000000002, 0x3CAF_FFFF_FFFF_FFFF), (0.7071, 0xBFD6_2E6B_3842_A25E),
      (1.4143, 0x3FD6_2F43_58C0_3E8A), (3.0, 0x3FF1_93EA_7AAD_030A), (1e300, 0x4085_9634_47F8_7FB5),
      (1e-300, 0xC085_9634_47F8_7FB5), (.leastNonzeroMagnitude, 0xC087_4385_446D_71C3),
      (1.7976931348623157e308, 0x4086_2E42_FEFA_39EF), (20_000.0, 0x4023_CE95_EBA4_F8B4),
    ] as [(Double, UInt64)])
  func logBits(x: Double, bits: UInt64) { #expect(Functions.log(x).bitPattern == bits) }

  // 0.25, 0.001 and 1e-20 are the check values of the published algorithm; the others come from Newton's
  // method on the normal distribution with 200-bit arithmetic.
  @Test(
    "the normal quantile",
    arguments: [
      (0.25, -0.6744897501960817), (0.001, -3.0902323061678136), (1e-20, -9.262340089798407),
      (0.975, 1.9599639845400538), (0.92499, 1.4394608308216257), (0.075, -1.439531470938456),
      (1e-300, -37.0470962993612), (0.9999999, 5.199337582290661),
    ] as [(Double, Double)])
  func quantile(p: Double, expected: Double) {
    #expect(abs(Functions.normalQuantile(p) - expected) <= 4e-16 * abs(expected))
  }

  @Test("the normal quantile is odd about one half, rises, and ends at infinity")
  func quantileShape() {
    #expect(Functions.normalQuantile(0.5) == 0)
    #expect(Functions.normalQuantile(0) == -.infinity && Functions.normalQuantile(1) == .infinity)
    #expect(Functions.normalQuantile(-0.1).isNaN && Functions.normalQuantile(1.1).isNaN)
    #expect(Functions.normalQuantile(.nan).isNaN)
    var last = -Double.infinity
    for step in 1..<4_096 {
      let value = Functions.normalQuantile(Double(step) / 4_096)
      #expect(value > last && value == -Functions.normalQuantile(1 - Double(step) / 4_096))
      last = value
    }
  }
}
