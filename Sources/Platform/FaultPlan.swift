import Glibc
internal import Synchronization

/// Which system calls fail, and from which one on; made from text like `write=ENOSPC@3,fsync=EIO@1`.
///
/// `write=ENOSPC@3` lets the third write and all after it fail; `read=SHORT@2` lets the second read and
/// all after it transfer only one byte; `rename=EIO@2!` lets the second renaming alone fail, and an
/// `EINTR` always comes once. The real binary reads the plan from `MARGINSWEEP_FAULTS`. A test in the
/// same process binds its own plan with ``run(_:)``, which reaches the calls of that task alone, so that
/// parallel tests do not disturb each other.
public final class FaultPlan: Sendable {
  /// What happens to a call that the plan names.
  public enum Effect: Hashable, Sendable {
    /// The call fails with this error number.
    case failure(Int32)
    /// The call transfers one byte only; meant for reads and writes.
    case short
  }

  /// One part of a plan.
  public struct Rule: Hashable, Sendable {
    /// The call it concerns.
    public var call: SystemCall
    /// What happens.
    public var effect: Effect
    /// The first call that it happens to, counted from 1.
    public var first: Int
    /// True where it happens to that call alone.
    public var isOnce: Bool

    /// Makes a rule.
    public init(call: SystemCall, effect: Effect, first: Int, isOnce: Bool = false) {
      self.call = call
      self.effect = effect
      self.first = first
      self.isOnce = isOnce
    }
  }

  /// The plan of the running task; nil where none is bound.
  @TaskLocal static var bound: FaultPlan?

  /// The environment variable that the real binary reads.
  public static let variable = "MARGINSWEEP_FAULTS"

  /// The plan that the environment asks for; an unreadable one is reported by ``checkEnvironment()``.
  static let environment: FaultPlan? = Environment.value(variable).flatMap { try? FaultPlan($0) }

  /// The rules, in the order of the text.
  public let rules: [Rule]
  /// How often each call was made.
  private let counts = Mutex<[SystemCall: Int]>([:])

  /// Makes a plan.
  public init(rules: [Rule]) { self.rules = rules }

  /// Reads a plan from text.
  ///
  /// - Throws: ``InputError`` that names the part at fault and the accepted values.
  public convenience init(_ text: String) throws {
    self.init(rules: try text.split(separator: ",").map { try Self.rule(String($0)) })
  }

  /// Checks the environment's plan, so that a mistyped one does not pass in silence.
  ///
  /// - Throws: ``InputError`` as ``init(_:)`` does.
  public static func checkEnvironment() throws {
    if let text = Environment.value(variable) { _ = try FaultPlan(text) }
  }

  /// Runs `body` under this plan; only calls that `body` makes in its own task count.
  @discardableResult
  public func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.$bound.withValue(self, operation: body)
  }

  /// How often `call` was made under this plan.
  public func count(of call: SystemCall) -> Int { counts.withLock { $0[call, default: 0] } }

  /// Counts a call and says what shall happen to it; nil where nothing shall.
  func effect(on call: SystemCall) -> Effect? {
    let number = counts.withLock { counts in
      counts[call, default: 0] += 1
      return counts[call, default: 0]
    }
    let rule = rules.first { rule in
      guard rule.call == call else { return false }
      // An interrupted call is repeated, so a rule that went on for ever would never end.
      return rule.isOnce || rule.effect == .failure(EINTR) ? number == rule.first : number >= rule.first
    }
    return rule?.effect
  }

  private static let codes: [String: Int32] = [
    "ENOSPC": ENOSPC, "EIO": EIO, "EACCES": EACCES, "ENOENT": ENOENT, "EINTR": EINTR, "EPIPE": EPIPE,
    "EDQUOT": EDQUOT, "EEXIST": EEXIST, "EMFILE": EMFILE, "EROFS": EROFS, "EWOULDBLOCK": EWOULDBLOCK,
  ]

  private static func rule(_ text: String) throws -> Rule {
    let location = SourceLocation(path: variable)
    let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard sides.count == 2 else {
      throw InputError(
        location, "\"\(text)\" is no fault", expected: "call=ERROR@n, for example write=ENOSPC@3")
    }
    guard let call = SystemCall(rawValue: sides[0]) else {
      let names = SystemCall.allCases.map(\.rawValue).joined(separator: ", ")
      throw InputError(location, "unknown call \"\(sides[0])\"", expected: "one of \(names)")
    }
    let isOnce = sides[1].hasSuffix("!")
    let parts = sides[1].dropLast(isOnce ? 1 : 0).split(separator: "@", maxSplits: 1).map(String.init)
    guard let name = parts.first, name == "SHORT" || codes[name] != nil else {
      let names = (codes.keys.sorted() + ["SHORT"]).joined(separator: ", ")
      throw InputError(location, "unknown fault in \"\(text)\"", expected: "one of \(names)")
    }
    guard let first = parts.count == 2 ? Int(parts[1]) : 1, first >= 1 else {
      throw InputError(location, "wrong count in \"\(text)\"", expected: "@n or @n! with n of 1 or more")
    }
    let effect = codes[name].map { Effect.failure($0) } ?? .short
    return Rule(call: call, effect: effect, first: first, isOnce: isOnce)
  }
}
