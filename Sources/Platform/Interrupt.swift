internal import Dispatch
internal import Glibc
internal import Synchronization

/// Ctrl-C and the request to end: the first asks, the second ends at once.
///
/// Long loops poll ``isRequested`` and end in good order; a command then ends with
/// ``ExitStatus/interrupted``. A second signal removes the temporary files and ends the process.
public enum Interrupt {
  private static let requested = Atomic<Bool>(false)
  /// Sources stop when they go away, so they are kept here.
  private static let sources = Mutex<[any DispatchSourceSignal]>([])

  /// True once the user or the system asked to end.
  public static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Asks to end, as a signal would.
  public static func request() { requested.store(true, ordering: .relaxed) }

  /// Ends the work under way where the user asked for it.
  ///
  /// - Throws: ``RunError`` with ``ExitStatus/interrupted``.
  public static func check() throws {
    if isRequested { throw RunError("interrupted", exitStatus: .interrupted) }
  }

  /// Handles SIGINT and SIGTERM from now on, and ignores SIGPIPE. A second call changes nothing.
  public static func install() {
    sources.withLock { sources in
      guard sources.isEmpty else { return }
      _ = signal(SIGPIPE, SIG_IGN)
      sources = [SIGINT, SIGTERM].map(source)
    }
  }

  /// The handler runs on a queue of its own, not inside the signal, so it may take locks.
  private static func source(_ number: Int32) -> any DispatchSourceSignal {
    let queue = DispatchQueue(label: "interrupt", qos: .userInteractive)
    let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
    source.setEventHandler {
      if requested.exchange(true, ordering: .relaxed) { endNow() }
      // At a terminal somebody waits to see that it was heard.
      if Terminal.errorIsTerminal {
        let sink = ByteSink.standardError()
        try? sink.write("\nending in good order; Ctrl-C again ends at once\n")
        try? sink.flush()
      }
    }
    // A signal is only caught once the source is registered, which happens on another thread.
    let registered = DispatchSemaphore(value: 0)
    source.setRegistrationHandler { registered.signal() }
    source.activate()
    registered.wait()
    return source
  }

  private static func endNow() {
    TemporaryFiles.removeAll()
    _exit(ExitStatus.interrupted.rawValue)
  }
}
