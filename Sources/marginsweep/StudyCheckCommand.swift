internal import ArgumentParser
internal import Market
internal import Platform
internal import Sweep

/// `study check`.
struct StudyCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks a study with its venue, population and tick files at every point; runs nothing.")

  @Argument(help: ArgumentHelp("The study; - is standard input.", valueName: "study"))
  var study: String

  @OptionGroup var settings: StudySettings

  func run() throws {
    let plan = try SweepPlan(
      study: try Study(path: study, settings: settings.settings), library: VenueLibrary.standard())
    let accounts = plan.accounts.reduce(0, +)
    let axes = plan.axes.isEmpty ? "" : " (\(plan.axes.joined(separator: " × ")))"
    try Console.write(
      "\(study): \(plan.study.name) is sound: \(plan.pointCount) points\(axes), \(accounts) accounts, "
        + "instruments \(plan.instruments.joined(separator: ", "))")
  }
}
