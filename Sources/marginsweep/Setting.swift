internal import Market
internal import Platform

/// A `--set path=value` of the command line.
enum Setting {
  /// Splits at the first equals sign; the value is YAML.
  static func overrides(_ settings: [String]) throws -> [Override] {
    try settings.map { setting in
      let location = SourceLocation(path: "--set \(setting)")
      guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
        throw InputError(
          location, "no path and value", expected: "path=value, such as venue.fund.size=1000000")
      }
      let text = String(setting[setting.index(after: equals)...])
      let value = try Document.parse(text, path: "--set \(setting)").root
      return Override(path: String(setting[..<equals]), value: value)
    }
  }
}
