internal import Glibc

extension Files {
  /// The paths that a pattern of the shell matches (`*`, `?`, `[a-z]`, each within one name), sorted by their
  /// bytes. A name that starts with a period is matched by a period only.
  public static func matching(_ pattern: String) throws -> [String] {
    let parts = pattern.split(separator: "/").map(String.init)
    var found = [pattern.hasPrefix("/") ? "/" : ""]
    for (index, part) in parts.enumerated() {
      var next: [String] = []
      for directory in found {
        guard part.utf8.contains(where: { "*?[".utf8.contains($0) }) else {
          let path = directory.isEmpty ? part : Path.join(directory, part)
          if try exists(path) { next.append(path) }
          continue
        }
        let place = directory.isEmpty ? "." : directory
        guard try isDirectory(place) else { continue }
        for name in try list(place) where matches(name, part) {
          let path = directory.isEmpty ? name : Path.join(directory, name)
          if try index == parts.count - 1 || isDirectory(path) { next.append(path) }
        }
      }
      found = next
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func matches(_ name: String, _ pattern: String) -> Bool {
    // Safe: both texts are passed as zero-terminated strings that live for the call.
    unsafe fnmatch(pattern, name, Int32(FNM_PERIOD)) == 0
  }
}
