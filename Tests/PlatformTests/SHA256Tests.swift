import Testing

@testable import Platform

/// The examples of FIPS 180-4 and of the response files that NIST publishes with it.
@Suite struct SHA256Tests {
  static func digest(_ text: String) -> String {
    var hash = SHA256()
    hash.add(Array(text.utf8))
    return hash.finish()
  }

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func examples(text: String, digest: String) {
    #expect(Self.digest(text) == digest)
  }

  @Test func aMillionLetters() {
    var hash = SHA256()
    for _ in 0..<1000 { hash.add([UInt8](repeating: UInt8(ascii: "a"), count: 1000)) }
    #expect(hash.finish() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func partsOfAnySizeAreOneText() {
    let text = [UInt8]((0..<300).map { UInt8(truncatingIfNeeded: $0) })
    for size in [1, 7, 55, 56, 63, 64, 65, 128, 299] {
      var parts = SHA256()
      for start in stride(from: 0, to: text.count, by: size) {
        parts.add(Array(text[start..<min(start + size, text.count)]))
      }
      var whole = SHA256()
      whole.add(text)
      #expect(parts.finish() == whole.finish(), "parts of \(size)")
    }
  }
}
