/// The rows of one point as bytes, checked and ready to be written. Points can be rendered side by side.
public struct RenderedPoint: Sendable {
  /// The figures of its row in `points.csv`.
  public let summary: PointSummary
  let conservation: ConservationCheck
  let points: CSVBuffer
  let liquidations: CSVBuffer
  let conversions: CSVBuffer
  /// nil where the options ask for no such file.
  let timeline: CSVBuffer?
  /// nil where the options ask for no such file.
  let accounts: CSVBuffer?
  /// nil where the options ask for no such file.
  let bands: CSVBuffer?

  /// Checks conservation and renders all rows.
  ///
  /// - Parameters:
  ///   - reported: the point.
  ///   - samples: the stretches and marks; needed where the options ask for `timeline.csv`.
  ///   - options: which optional files are written.
  /// - Throws: `RunError` where value was not conserved, naming point and account.
  public init(_ reported: ReportedPoint, timeline samples: Timeline?, options: ReportOptions) throws {
    precondition((samples != nil) == (options.timeline != nil))
    var check = ConservationCheck()
    try check.check(reported)
    conservation = check
    let summary = PointSummary(reported, recordsWorstRatio: options.worstRatio)
    self.summary = summary
    points = Self.rows { PointsTable.append(summary, to: &$0) }
    liquidations = Self.rows { LiquidationsTable.append(reported, to: &$0) }
    conversions = Self.rows { ConversionsTable.append(reported, to: &$0) }
    timeline = samples.map { samples in Self.rows { TimelineTable.append(reported, samples, to: &$0) } }
    accounts =
      options.accounts
      ? Self.rows { AccountsTable.append(reported, recordsWorstRatio: options.worstRatio, to: &$0) } : nil
    bands = options.bands ? Self.rows { BandsTable.append(reported, to: &$0) } : nil
  }

  private static func rows(_ body: (inout CSVBuffer) -> Void) -> CSVBuffer {
    var buffer = CSVBuffer()
    body(&buffer)
    return buffer
  }
}
