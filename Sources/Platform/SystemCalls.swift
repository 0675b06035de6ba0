internal import Glibc

/// Every system call that the product makes on files, in one place, each behind one shim that a
/// ``FaultPlan`` can make fail.
///
/// The functions here loop over interrupted calls and turn error numbers into ``SystemCallError``.
enum SystemCalls {
  /// What is known about a file.
  struct Status {
    enum Kind { case regular, directory, other }
    var kind: Kind
    /// Bytes; meaningful for regular files.
    var size: Int
  }

  /// The text that belongs to an error number.
  static func errorText(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    // Safe: the length given is the buffer's own, and the text ends with a zero inside it.
    return unsafe buffer.withUnsafeMutableBufferPointer { room in
      guard let start = room.baseAddress, unsafe strerror_r(code, start, room.count) == 0 else {
        return "error \(code)"
      }
      return unsafe String(cString: start)
    }
  }

  /// The one shim: asks the fault plans, makes the call, repeats it when interrupted.
  ///
  /// `body` takes whether the transfer shall be short and returns -1 with `errno` set on failure.
  @inline(never)
  static func perform(_ call: SystemCall, _ path: String, _ body: (_ short: Bool) -> Int) throws -> Int {
    while true {
      var short = false
      var code: Int32 = 0
      var result = -1
      switch (FaultPlan.bound ?? FaultPlan.environment)?.effect(on: call) {
      case .failure(let planned): code = planned
      case .short:
        short = true
        fallthrough
      case nil:
        result = body(short)
        code = errno
      }
      if result >= 0 { return result }
      if code != EINTR { throw SystemCallError(call: call, path: path, code: code) }
    }
  }

  // MARK: Open files

  /// Opens a file; every descriptor closes when another program is started.
  static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o666) throws -> Int32 {
    // Safe: `path` is passed as a zero-terminated string that lives for the call.
    Int32(try perform(.open, path) { _ in Int(unsafe Glibc.open(path, flags | O_CLOEXEC, mode)) })
  }

  /// Closes a descriptor. An interrupted close has closed it all the same, so it is not repeated.
  static func close(_ descriptor: Int32, path: String) throws {
    _ = try perform(.close, path) { _ in
      let result = Glibc.close(descriptor)
      return result < 0 && errno == EINTR ? 0 : Int(result)
    }
  }

  /// Reads once; the number of bytes, 0 at the end of the file.
  static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, path: String) throws
    -> Int
  {
    guard buffer.count > 0 else { return 0 }
    return try perform(.read, path) { short in
      // Safe: the count is the buffer's own, or one byte of it.
      unsafe Glibc.read(descriptor, buffer.baseAddress, short ? 1 : buffer.count)
    }
  }

  /// Reads once at an offset, without moving the descriptor's position.
  static func pread(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int, path: String
  ) throws -> Int {
    guard buffer.count > 0 else { return 0 }
    return try perform(.read, path) { short in
      // Safe: the count is the buffer's own, or one byte of it.
      unsafe Glibc.pread(descriptor, buffer.baseAddress, short ? 1 : buffer.count, off_t(offset))
    }
  }

  /// Writes all of `buffer`, in as many calls as it takes.
  static func write(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer, path: String) throws {
    var done = 0
    while done < buffer.count {
      // Safe: the rest of the buffer is passed, with its own count or one byte of it.
      let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
      let count = try perform(.write, path) { short in
        unsafe Glibc.write(descriptor, rest.baseAddress, short ? 1 : rest.count)
      }
      guard count > 0 else { throw SystemCallError(call: .write, path: path, code: EIO) }
      done += count
    }
  }

  /// Brings a file or a directory to the disk.
  static func fsync(_ descriptor: Int32, path: String) throws {
    _ = try perform(.fsync, path) { _ in Int(Glibc.fsync(descriptor)) }
  }

  /// Cuts a file to `size` bytes.
  static func truncate(_ descriptor: Int32, to size: Int, path: String) throws {
    _ = try perform(.ftruncate, path) { _ in Int(Glibc.ftruncate(descriptor, off_t(size))) }
  }

  /// Moves the position of a descriptor to the end of its file.
  static func seekToEnd(_ descriptor: Int32, path: String) throws {
    _ = try perform(.stat, path) { _ in Int(Glibc.lseek(descriptor, 0, SEEK_END)) }
  }

  /// Takes an exclusive lock; false where somebody else holds it.
  static func lock(_ descriptor: Int32, path: String) throws -> Bool {
    do {
      _ = try perform(.flock, path) { _ in Int(flock(descriptor, LOCK_EX | LOCK_NB)) }
      return true
    } catch let error as SystemCallError where error.code == EWOULDBLOCK {
      return false
    }
  }

  /// Gives a lock back. Closing would leave it held while a child process is just being started, because
  /// the child has the descriptor until its program begins.
  static func unlock(_ descriptor: Int32, path: String) throws {
    _ = try perform(.flock, path) { _ in Int(flock(descriptor, LOCK_UN)) }
  }

  /// What an open file is.
  static func status(_ descriptor: Int32, path: String) throws -> Status {
    var record = Glibc.stat()
    // Safe: the record lives for the call and is filled by it.
    _ = try perform(.stat, path) { _ in Int(unsafe Glibc.fstat(descriptor, &record)) }
    return Status(record)
  }
}

extension SystemCalls.Status {
  init(_ record: Glibc.stat) {
    switch record.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .directory
    default: kind = .other
    }
    size = Int(record.st_size)
  }
}
