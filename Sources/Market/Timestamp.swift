/// A moment in UTC, as nanoseconds since 1970-01-01T00:00:00Z (leap seconds are not counted).
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Nanoseconds since the epoch; negative before 1970.
  public var nanoseconds: Int64
  /// Wraps nanoseconds since the epoch.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
  /// Earlier first.
  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
}
