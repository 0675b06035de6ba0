internal import CProcessor

/// The instruction sets for which the vector loops are compiled. The level changes no result.
public enum KernelLevel: String, CaseIterable, Sendable {
  /// What every processor of the architecture has.
  case baseline
  /// x86-64-v3: AVX2.
  case v3
  /// x86-64-v4: AVX-512.
  case v4

  /// The environment variable that forces a level where the command line does not.
  public static let variable = "MARGINSWEEP_KERNEL"

  /// The highest level that this processor has; found once.
  public static let best: KernelLevel = allCases.last { $0.isSupported } ?? .baseline

  /// Whether this processor, its operating system and this build have the level.
  public var isSupported: Bool {
    switch self {
    case .baseline: true
    case .v3: Self.processorLevel >= 3
    case .v4: Self.processorLevel >= 4
    }
  }

  /// What the processor says; asked once, because under a hypervisor the question is dear.
  private static let processorLevel = cprocessor_x86_64_level()

  /// The level to run: the one that is forced, by an option or else by ``variable``, or else the best.
  ///
  /// - Parameters:
  ///   - forced: the option's value; nil where it is not given.
  ///   - environment: the variable's value; nil or empty where it is not set.
  /// - Throws: `UsageError` where no level has the variable's name, as the command line does for the option;
  ///   `InputError` where the processor lacks the level.
  public static func chosen(
    _ forced: KernelLevel?, environment: String? = Environment.value(variable)
  ) throws -> KernelLevel {
    if let forced { return try forced.supported("--kernel") }
    guard let name = environment, !name.isEmpty else { return best }
    guard let level = KernelLevel(rawValue: name) else {
      throw UsageError(variable, "no kernel is called \(name)", expected: names(allCases))
    }
    return try level.supported(variable)
  }

  private func supported(_ source: String) throws(InputError) -> KernelLevel {
    if isSupported { return self }
    throw InputError(
      SourceLocation(path: source), "this processor cannot run the kernel \(rawValue)",
      expected: Self.names(Self.allCases.filter(\.isSupported)))
  }

  private static func names(_ levels: [KernelLevel]) -> String {
    levels.map(\.rawValue).joined(separator: ", ")
  }
}
