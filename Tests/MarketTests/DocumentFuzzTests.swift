import Foundation
import Market
import Testing

/// Random text: nothing may crash, and whatever is accepted reads back from its JSON as the same tree.
@Suite struct DocumentFuzzTests {
  private static let pieces = [
    "a", "b: ", "- ", "\n", "  ", "[", "]", "{", "}", ", ", "\"", "'", ": ", "# ", "&x ", "*x", "? ", "|",
    "!t ",
    "1.5", "\t", "---", "...", "%", "\\", "é", "\r\n", "\"x\"", "'y'", ":", "-", "\"k\":", "null", "@",
    "\u{2028}",
  ]

  /// A small generator of its own, so that a failure can be repeated from its seed.
  private struct Generator {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
  }

  /// How often; raised by hand with `MARGINSWEEP_FUZZ` for a long run.
  private static let rounds =
    ProcessInfo.processInfo.environment["MARGINSWEEP_FUZZ"].flatMap { Int($0) } ?? 3_000

  private func check(_ source: String) throws {
    guard let tree = try? Document.parse(source, path: "f").root else { return }
    let json = tree.json
    let again = try Document.parse(json, path: "f").root.json
    #expect(again == json, "\(source.debugDescription)")
  }

  @Test func survivesTokenSoup() throws {
    var random = Generator(state: 1)
    var accepted = 0
    for _ in 0..<Self.rounds {
      let source = (0...random.below(12)).map { _ in Self.pieces[random.below(Self.pieces.count)] }.joined()
      try check(source)
      if (try? Document.parse(source, path: "f")) != nil { accepted += 1 }
    }
    // A soup that is never accepted would test only the refusals.
    #expect(accepted > Self.rounds / 50)
  }

  @Test func survivesDamage() throws {
    var random = Generator(state: 2)
    let original = Array(toyVenue.unicodeScalars)
    for _ in 0..<Self.rounds / 20 {
      var scalars = original
      for _ in 0...random.below(3) {
        let place = random.below(scalars.count)
        switch random.below(3) {
        case 0: scalars.remove(at: place)
        case 1:
          scalars.insert(contentsOf: Self.pieces[random.below(Self.pieces.count)].unicodeScalars, at: place)
        default: scalars.swapAt(place, random.below(scalars.count))
        }
      }
      var source = String.UnicodeScalarView()
      source.append(contentsOf: scalars)
      try check(String(source))
      _ = try? VenueFile(text: String(source), path: "f").venue()
    }
  }
}
