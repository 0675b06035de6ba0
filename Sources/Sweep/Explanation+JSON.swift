internal import Market
public import Report

extension Explanation {
  /// The life as JSON, full precision; an infinite ratio and what there is not are null.
  public var json: JSONValue {
    .object([
      ("run", .text(directory)), ("study", .text(study)), ("point", .integer(point)),
      ("axes", .object(axes.map { ($0.name, .text($0.value)) })), ("account", .text(account.name)),
      ("number", .integer(account.number)), ("cohort", .text(cohort)), ("mode", .text(mode)),
      ("leverage", number(leverage)), ("status", status.isEmpty ? .null : .text(status)),
      ("events", .array(events.map(json))),
      (
        "reconciliation",
        reconciliation.isEmpty ? .null : .object(reconciliation.map { ($0.name, .number($0.usd)) })
      ),
      ("bands", bands.isEmpty ? .null : .object(bands.map { ($0.name, .number($0.seconds)) })),
      (
        "files",
        .object(comparisons.map { ($0.file, $0.rows.map { .integer($0) } ?? .null) })
      ),
      ("notes", .array(notes.map { .text($0) })),
    ])
  }

  private func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

  private func json(_ event: Event) -> JSONValue {
    .object(
      [
        ("time", .text(event.time.description)), ("event", .text(event.kind.rawValue)),
        ("change_usd", number(event.changeUSD)), ("ratio_before", number(event.ratioBefore)),
        ("ratio_after", number(event.ratioAfter)),
      ] + event.details.map { ($0.name, $0.value) }
        + [("text", .text(event.lines.joined(separator: "; ")))])
  }
}
