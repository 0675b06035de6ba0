/// Paths as text, with `/` between the parts.
public enum Path {
  /// The path of the directory that holds `path`; `.` where it has no directory.
  public static func directory(_ path: String) -> String {
    let parts = trimmed(path)
    guard let slash = parts.lastIndex(of: "/") else { return "." }
    return slash == parts.startIndex ? "/" : String(parts[..<slash])
  }

  /// The last part of `path`.
  public static func name(_ path: String) -> String {
    let parts = trimmed(path)
    return parts.lastIndex(of: "/").map { String(parts[parts.index(after: $0)...]) } ?? parts
  }

  /// `directory/name`; `name` alone where it is absolute.
  public static func join(_ directory: String, _ name: String) -> String {
    if name.hasPrefix("/") || directory.isEmpty { return name }
    return directory.hasSuffix("/") ? directory + name : directory + "/" + name
  }

  /// Without the slashes at its end; the root keeps its own.
  static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
