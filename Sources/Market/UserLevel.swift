/// A user's fee and threshold level.
public enum UserLevel: Int, CaseIterable, Sendable {
  case regular, vip1, vip2, vip3, vip4, vip5, vip6, vip7, vip8, vip9
  /// `regular`, `vip1` … `vip9`.
  public var name: String { self == .regular ? "regular" : "vip\(rawValue)" }

  /// The level with this name; nil where there is none.
  public init?(name: String) {
    guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = level
  }
}
