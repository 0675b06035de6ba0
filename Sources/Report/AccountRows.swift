internal import Engine

/// The rows of one account as the tables of a run show them, for a replay that is to give the same bytes.
public struct AccountRows: Sendable {
  /// Lines of `liquidations.csv`, each with its line feed.
  public let liquidations: [UInt8]
  /// Lines of `conversions.csv`.
  public let conversions: [UInt8]
  /// The line of `accounts.csv`.
  public let account: [UInt8]
  /// The line of `bands.csv`.
  public let bands: [UInt8]

  /// Checks conservation and renders the rows.
  ///
  /// - Parameters:
  ///   - reported: a point whose result holds one account; `people` answers for it whatever the number.
  ///   - recordsWorstRatio: whether the run recorded margin ratios.
  /// - Throws: `RunError` where value was not conserved.
  public init(_ reported: ReportedPoint, recordsWorstRatio: Bool) throws {
    precondition(reported.result.accounts.count == 1)
    let options = ReportOptions(accounts: true, worstRatio: recordsWorstRatio, bands: true)
    let rendered = try RenderedPoint(reported, timeline: nil, options: options)
    liquidations = rendered.liquidations.bytes
    conversions = rendered.conversions.bytes
    account = rendered.accounts?.bytes ?? []
    bands = rendered.bands?.bytes ?? []
  }
}
