internal import Glibc

/// What the standard streams lead to.
public enum Terminal {
  /// True where standard output is a terminal.
  public static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  /// True where standard error is a terminal.
  public static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// True where standard output may be coloured: a terminal, and `NO_COLOR` is not set.
  public static var outputHasColor: Bool { outputIsTerminal && !noColor }
  /// True where standard error may be coloured: a terminal, and `NO_COLOR` is not set.
  public static var errorHasColor: Bool { errorIsTerminal && !noColor }

  /// Columns of the terminal; `COLUMNS`, then 80, where there is none.
  public static var columns: Int {
    var size = winsize()
    for descriptor in [STDERR_FILENO, STDOUT_FILENO] {
      // Safe: the record lives for the call and is filled by it.
      let result = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size)
      if result == 0, size.ws_col > 0 { return Int(size.ws_col) }
    }
    return Environment.value("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 80
  }

  /// An empty `NO_COLOR` asks for nothing, as no-color.org defines it.
  private static var noColor: Bool { !(Environment.value("NO_COLOR") ?? "").isEmpty }
}
