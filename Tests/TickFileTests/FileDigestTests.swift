import Testing
import TickFile

/// Published examples of XXH64 with seed 0.
@Test(arguments: [("", "ef46db3751d8e999"), ("a", "d24ec4f1a98c6e5b"), ("abc", "44bc2cf5ad770999")])
func fileDigests(_ example: (text: String, digest: String)) {
  #expect(FileDigest.xxh64(Array(example.text.utf8)) == example.digest)
}
