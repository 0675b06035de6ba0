internal import Glibc

extension SystemCalls {
  // MARK: Names in directories

  /// What stands under a name; nil where nothing does. Symbolic links are followed.
  static func status(_ path: String) throws -> Status? {
    var record = Glibc.stat()
    do {
      // Safe: the record lives for the call and is filled by it.
      _ = try perform(.stat, path) { _ in Int(unsafe fstatat(AT_FDCWD, path, &record, 0)) }
    } catch let error as SystemCallError where error.code == ENOENT || error.code == ENOTDIR {
      return nil
    }
    return Status(record)
  }

  /// True where `path` is itself a directory, not a link to one.
  static func isPlainDirectory(_ path: String) throws -> Bool {
    var record = Glibc.stat()
    // Safe: the record lives for the call and is filled by it.
    _ = try perform(.stat, path) { _ in Int(unsafe fstatat(AT_FDCWD, path, &record, AT_SYMLINK_NOFOLLOW)) }
    return Status(record).kind == .directory
  }

  /// True where `path` is itself a symbolic link, whether or not it leads anywhere.
  static func isLink(_ path: String) throws -> Bool {
    var record = Glibc.stat()
    do {
      // Safe: the record lives for the call and is filled by it.
      _ = try perform(.stat, path) { _ in Int(unsafe fstatat(AT_FDCWD, path, &record, AT_SYMLINK_NOFOLLOW)) }
    } catch let error as SystemCallError where error.code == ENOENT || error.code == ENOTDIR {
      return false
    }
    return record.st_mode & S_IFMT == S_IFLNK
  }

  /// Gives a file another name in the same file system; replaces a file of that name.
  static func rename(_ path: String, to target: String) throws {
    // Safe: the path is passed as a zero-terminated string that lives for the call.
    _ = try perform(.rename, "\(path) to \(target)") { _ in Int(unsafe Glibc.rename(path, target)) }
  }

  /// Removes a file.
  static func unlink(_ path: String) throws {
    // Safe: the path is passed as a zero-terminated string that lives for the call.
    _ = try perform(.unlink, path) { _ in Int(unsafe Glibc.unlink(path)) }
  }

  /// Makes a directory.
  static func mkdir(_ path: String) throws {
    // Safe: the path is passed as a zero-terminated string that lives for the call.
    _ = try perform(.mkdir, path) { _ in Int(unsafe Glibc.mkdir(path, 0o777)) }
  }

  /// Removes an empty directory.
  static func rmdir(_ path: String) throws {
    // Safe: the path is passed as a zero-terminated string that lives for the call.
    _ = try perform(.rmdir, path) { _ in Int(unsafe Glibc.rmdir(path)) }
  }

  /// The path without symbolic links and dots.
  static func realpath(_ path: String) throws -> String {
    var resolved = ""
    _ = try perform(.realpath, path) { _ in
      // Safe: the call allocates the text, which is copied and freed here.
      guard let text = unsafe Glibc.realpath(path, nil) else { return -1 }
      unsafe resolved = String(cString: text)
      unsafe free(text)
      return 0
    }
    return resolved
  }

  /// The names in a directory without `.` and `..`, in no order.
  static func list(_ path: String) throws -> [String] {
    var names: [String] = []
    _ = try perform(.opendir, path) { _ in
      // Safe: the handle is used and closed inside this closure alone.
      guard let handle = unsafe Glibc.opendir(path) else { return -1 }
      while let entry = unsafe Glibc.readdir(handle) {
        // Safe: the system ends the name with a zero inside its field.
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
          unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name != "." && name != ".." { names.append(name) }
      }
      unsafe Glibc.closedir(handle)
      return 0
    }
    return names
  }
}
