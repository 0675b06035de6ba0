internal import Sweep

/// What a sweep would do, as `--dry-run` prints it.
struct DryRunText {
  private let plan: SweepPlan
  private let options: SweepOptions

  init(_ plan: SweepPlan, _ options: SweepOptions) {
    self.plan = plan
    self.options = options
  }

  var text: String {
    let accounts = plan.accounts.reduce(0, +)
    let axes = plan.axes.isEmpty ? "" : " (\(plan.axes.joined(separator: " × ")))"
    return "points \(plan.pointCount)\(axes), accounts \(accounts)\n"
  }
}
