internal import Synchronization

/// One line on standard error that says how far a long task is; safe to use from several threads at once.
///
/// ```
/// sweep  42 %  84/200 points  12.1/s  ETA 0:10
/// ```
public final class ProgressMeter: Sendable {
  /// When progress is shown.
  public enum Mode: String, CaseIterable, Sendable {
    /// Where standard error is a terminal.
    case auto
    case always
    case never
  }

  private struct State {
    var lastDrawn: Int64
    var hasLine = false
    var isFinished = false
  }

  private let label: String
  private let unit: String
  private let total: Int
  private let isShown: Bool
  /// A terminal's line is drawn over; elsewhere each report is a line of its own.
  private let drawsOver: Bool
  private let started: Int64
  private let done = Atomic<Int>(0)
  private let state: Mutex<State>
  private let output: @Sendable (String) -> Void

  /// Starts a meter over `total` units, for example `unit: "points"`.
  public convenience init(_ label: String, total: Int, unit: String, mode: Mode) {
    self.init(label, total: total, unit: unit, mode: mode, isTerminal: Terminal.errorIsTerminal) { text in
      let sink = ByteSink.standardError()
      try? sink.write(text)
      try? sink.flush()
    }
  }

  /// Starts a meter that hands its text to `output`.
  init(
    _ label: String, total: Int, unit: String, mode: Mode, isTerminal: Bool,
    output: @escaping @Sendable (String) -> Void
  ) {
    self.label = label
    self.total = total
    self.unit = unit
    self.output = output
    isShown = mode == .always || (mode == .auto && isTerminal)
    drawsOver = isTerminal
    started = Clocks.monotonicNanoseconds()
    state = Mutex(State(lastDrawn: started))
  }

  /// Counts `count` units as done, and shows the line where it is time.
  public func advance(by count: Int = 1) {
    let now = done.add(count, ordering: .relaxed).newValue
    guard isShown else { return }
    let time = Clocks.monotonicNanoseconds()
    // A terminal is drawn ten times a second, a log gets a line every ten seconds.
    let interval: Int64 = drawsOver ? 100_000_000 : 10_000_000_000
    state.withLock { state in
      guard !state.isFinished, time - state.lastDrawn >= interval else { return }
      state.lastDrawn = time
      state.hasLine = true
      let text = line(done: now, elapsedNanoseconds: time - started)
      output(drawsOver ? "\r\u{1B}[K" + text : text + "\n")
    }
  }

  /// Clears the line. Counts after this are not shown.
  public func finish() {
    state.withLock { state in
      if state.hasLine, drawsOver, !state.isFinished { output("\r\u{1B}[K") }
      state.isFinished = true
    }
  }

  /// The text of the line, cut to the width of the terminal.
  func line(done: Int, elapsedNanoseconds: Int64) -> String {
    let seconds = Double(max(elapsedNanoseconds, 1)) / 1e9
    let rate = Double(done) / seconds
    let percent = total > 0 ? min(100, done * 100 / total) : 100
    var text = "\(label)  \(percent) %  \(done)/\(total) \(unit)  \(Self.short(rate))/s"
    if done > 0, done < total { text += "  ETA \(Self.duration(Double(total - done) / rate))" }
    return drawsOver ? String(text.prefix(max(1, Terminal.columns - 1))) : text
  }

  /// Three digits and a unit: `12.1`, `340`, `1.20 k`, `3.40 M`.
  static func short(_ value: Double) -> String {
    var value = value
    var suffix = ""
    for next in [" k", " M", " G"] where value >= 999.5 {
      value /= 1000
      suffix = next
    }
    let decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
    let scale = decimals == 2 ? 100 : decimals == 1 ? 10 : 1
    let scaled = Int((min(value, 1e9) * Double(scale)).rounded())
    guard decimals > 0 else { return "\(scaled)\(suffix)" }
    let fraction = String(scaled % scale)
    return "\(scaled / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction + suffix
  }

  /// `0:09`, `12:30`, `3:05:00`.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded(.up))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }
}
