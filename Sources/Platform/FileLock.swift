internal import Glibc

/// A lock between processes, held while the object lives; also released when the process dies.
public final class FileLock: Sendable {
  /// The lock file; it stays behind, empty.
  public let path: String
  private let descriptor: Int32

  /// Takes the lock of the file `path`, which is made where it does not exist.
  ///
  /// - Throws: ``RunError`` where another process, or this one, holds it.
  public init(path: String) throws {
    self.path = path
    descriptor = try SystemCalls.open(path, O_RDWR | O_CREAT)
    do {
      guard try SystemCalls.lock(descriptor, path: path) else {
        throw RunError("\(path) is locked: another run is using it")
      }
    } catch {
      try? SystemCalls.close(descriptor, path: path)
      throw error
    }
  }

  deinit {
    try? SystemCalls.unlock(descriptor, path: path)
    try? SystemCalls.close(descriptor, path: path)
  }
}
