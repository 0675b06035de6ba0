internal import Glibc
internal import Synchronization

/// The temporary files and directories that are alive, so that an interrupt can remove them.
public enum TemporaryFiles {
  private struct State {
    var live: Set<String> = []
    var nextNumber = 0
  }
  private static let state = Mutex(State())

  /// A name beside `path` that no other process and no other call gets: `.name.kind-PID-n`.
  static func name(beside path: String, kind: String) -> String {
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    return Path.join(Path.directory(path), ".\(Path.name(path)).\(kind)-\(getpid())-\(number)")
  }

  static func register(_ path: String) { state.withLock { _ = $0.live.insert(path) } }
  static func forget(_ path: String) { state.withLock { _ = $0.live.remove(path) } }

  /// Removes every temporary file that is alive; for a process that ends at once.
  public static func removeAll() {
    let live = state.withLock { state in
      defer { state.live = [] }
      return state.live
    }
    for path in live { try? Files.removeTree(path) }
  }

  /// The temporary files that are alive, sorted.
  public static var live: [String] { state.withLock { $0.live.sorted() } }
}
