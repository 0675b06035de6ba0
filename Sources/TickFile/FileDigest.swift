/// What identifies the bytes of a file in manifests and sources.
public enum FileDigest {
  /// XXH64 with seed 0 as 16 hexadecimal digits, as `xxhsum -H64` prints it.
  public static func xxh64(_ bytes: [UInt8]) -> String {
    let text = String(XXHash64.digest(bytes), radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
