internal import Glibc

/// The environment variables of the process.
public enum Environment {
  /// The value of a variable; nil where it is not set.
  public static func value(_ name: String) -> String? {
    // Safe: the product never changes its environment, so the text stays where it is while it is copied.
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }

  /// The path of the running program, without symbolic links.
  public static func executablePath() throws -> String { try SystemCalls.realpath("/proc/self/exe") }
}
