internal import Margin
internal import Market
internal import Platform
internal import Population

/// Paths into a study's population.
enum PopulationPath {
  /// `population.cohorts.NAME.…` with the cohort's place instead of its name.
  static func placed(_ path: String, in study: Document.Node) -> String {
    Population.placedPath(path, in: study)
  }
}

/// The values of the axis `mode`.
enum MarginModeAxis {
  static func mode(_ node: Document.Node) throws -> MarginMode { try node.choice() }
}
