/// The system calls that the product makes, by the names that a fault plan uses.
public enum SystemCall: String, CaseIterable, Sendable {
  case open, close, read, write, fsync, ftruncate, rename, unlink, mkdir, rmdir, stat, flock
  case opendir, realpath

  /// The call as a verb, as it opens an error message.
  var doing: String {
    switch self {
    case .open: "opening"
    case .close: "closing"
    case .read: "reading"
    case .write: "writing"
    case .fsync: "flushing to disk"
    case .ftruncate: "truncating"
    case .rename: "renaming"
    case .unlink: "removing"
    case .mkdir: "creating the directory"
    case .rmdir: "removing the directory"
    case .stat: "examining"
    case .flock: "locking"
    case .opendir: "listing the directory"
    case .realpath: "resolving"
    }
  }
}
