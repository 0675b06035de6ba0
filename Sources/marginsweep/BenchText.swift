internal import Bench
internal import Margin
internal import Market
internal import Platform
internal import Report

/// How the results of `bench` are written.
enum BenchText {
  /// What is measured, and on what.
  static func head(_ request: BenchRequest) -> String {
    let cores = request.threads == 1 ? "1 thread" : "1 and \(request.threads) threads"
    let ticks = request.files.isEmpty ? "\(request.ticks) ticks" : request.files.joined(separator: ", ")
    return "\(Machine.processor), kernel \(request.kernel.rawValue), \(cores); \(ticks), "
      + "\(request.hitShare.rawValue) of the accounts to be liquidated, medians of \(request.rounds)"
  }

  /// Names a book.
  static func name(_ result: BenchResult) -> String {
    "\(result.mode.rawValue), \(result.accounts) accounts, \(result.instruments) instruments"
  }

  // MARK: Tables

  static func tables(_ results: [BenchResult]) -> String {
    let tables = [rates(results), ratios(results), reading(results), facts(results)]
    var text = tables.map { "\n" + $0 }.joined()
    let threads = results.first?.threads ?? 1
    text += """

      checks: account-checks; 1: on one core; all: on \(threads) threads. pruned: checks done or proven \
      needless;
      on one core with the tree build, on all threads without. dense/C: vector loop on the same lines.
      pruned/dense: cold: from columns, tree build counted; warm: tree there; file: decoding counted.
      decoded: on one core, what a replay needs; series, prices: these two columns alone.
      file/hundredth: time to read all / to read a hundredth of the hours that the file covers.

      """
    let single = results.filter { $0.denseRuns < $0.rounds }
    if !single.isEmpty {
      text += "One dense run only, because it took more than 5 s: "
      text += single.map(name).joined(separator: "; ") + ".\n"
    }
    return text
  }

  private static func book(_ result: BenchResult) -> [String] {
    [result.mode.rawValue, "\(result.accounts)", "\(result.instruments)"]
  }

  private static let bookColumns: [(title: String, alignment: TextTable.Alignment)] = [
    ("mode", .left), ("accounts", .right), ("instruments", .right),
  ]

  private static func rates(_ results: [BenchResult]) -> String {
    var table = TextTable(
      bookColumns + [
        ("ticks", .right), ("hit %", .right), ("dense 1 checks/s", .right), ("all", .right),
        ("pruned 1 checks/s", .right), ("all", .right), ("liquidations/s", .right),
        ("peak memory", .right),
      ])
    for result in results {
      table.add(
        book(result) + [
          "\(result.ticks)", decimals(result.hitShare * 100, 1), short(result.denseChecksPerCore),
          short(result.denseChecks), short(result.prunedChecksPerCore), short(result.prunedChecks),
          result.events == 0 ? "" : short(result.eventsPerSecond), ByteSize.text(result.peakBytes),
        ])
    }
    return table.text
  }

  private static func ratios(_ results: [BenchResult]) -> String {
    var table = TextTable(
      bookColumns + [
        ("dense/C", .right), ("pruned/dense cold", .right), ("warm", .right), ("file", .right),
        ("dense s", .right), ("tree ms", .right), ("search ms", .right), ("file ms", .right),
      ])
    for result in results {
      table.add(
        book(result) + [
          result.denseOverC.map { decimals($0, 2) } ?? "", decimals(result.prunedOverDenseCold, 1),
          decimals(result.prunedOverDenseWarm, 1), decimals(result.prunedOverDenseFile, 1),
          decimals(result.denseSeconds, 3), decimals(result.indexSeconds * 1e3, 2),
          decimals(result.searchSeconds * 1e3, 2), decimals(result.fileSeconds * 1e3, 2),
        ])
    }
    return table.text
  }

  private static func facts(_ results: [BenchResult]) -> String {
    var table = TextTable(
      bookColumns + [
        ("leverage", .right), ("funding", .left), ("rejected", .right), ("liquidations", .right),
        ("exact checks", .right), ("scanned", .right), ("of account-checks", .right),
      ])
    for result in results {
      table.add(
        book(result) + [
          decimals(result.leverage, 2), result.hasFunding ? "on" : "off", "\(result.rejected)",
          "\(result.events)", "\(result.exactChecks)", "\(result.scanned)", short(Double(result.checks)),
        ])
    }
    return table.text
  }

  private static func reading(_ results: [BenchResult]) -> String {
    var table = TextTable(
      bookColumns + [
        ("bytes/tick", .right), ("decoded ticks/s", .right), ("series, prices", .right),
        ("file/hundredth", .right),
      ])
    for result in results {
      table.add(
        book(result) + [
          decimals(result.bytesPerTick, 2), short(result.decodeTicksPerSecond), short(result.pricesPerSecond),
          decimals(result.wholeOverHundredth, 1),
        ])
    }
    return table.text
  }

  private static func decimals(_ value: Double, _ places: Int) -> String {
    let scale = [1, 10, 100, 1_000][places]
    let scaled = Int((min(value, 1e12) * Double(scale)).rounded())
    if places == 0 { return "\(scaled)" }
    let fraction = String(scaled % scale)
    return "\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
  }

  private static func short(_ value: Double) -> String {
    for (limit, name) in [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")] where value >= limit {
      return decimals(value / limit, 2) + name
    }
    return decimals(value, 0)
  }

  // MARK: JSON

  static func answer(_ request: BenchRequest, _ results: [BenchResult]) -> JSONValue {
    .object([
      ("processor", .text(Machine.processor)), ("kernel", .text(request.kernel.rawValue)),
      ("threads", .integer(request.threads)), ("repeat", .integer(request.rounds)),
      ("results", .array(results.map(answer))),
    ])
  }

  private static func answer(_ result: BenchResult) -> JSONValue {
    .object([
      ("mode", .text(result.mode.rawValue)), ("accounts", .integer(result.accounts)),
      ("instruments", .integer(result.instruments)), ("ticks", .integer(result.ticks)),
      ("hit_share", .number(result.hitShare)), ("kernel", .text(result.kernel.rawValue)),
      ("dense_checks_per_core_s", .number(result.denseChecksPerCore)),
      ("dense_over_c", result.denseOverC.map { .number($0) } ?? .null),
      ("pruned_over_dense_cold", .number(result.prunedOverDenseCold)),
      ("pruned_over_dense_warm", .number(result.prunedOverDenseWarm)),
      ("exact_checks", .integer(result.exactChecks)), ("events", .integer(result.events)),
      ("events_s", .number(result.eventsPerSecond)),
      ("decode_ticks_s", .number(result.decodeTicksPerSecond)),
      ("decode_prices_ticks_s", .number(result.pricesPerSecond)),
      ("file_over_hundredth", .number(result.wholeOverHundredth)),
      ("bytes_per_tick", .number(result.bytesPerTick)), ("peak_bytes", .integer(result.peakBytes)),
      ("pruned_over_dense_file", .number(result.prunedOverDenseFile)),
      ("dense_checks_s", .number(result.denseChecks)),
      ("pruned_checks_per_core_s", .number(result.prunedChecksPerCore)),
      ("pruned_checks_s", .number(result.prunedChecks)), ("scanned", .integer(result.scanned)),
      ("scan_checks_per_core_s", .number(result.scanChecksPerSecond)),
      ("c_checks_per_core_s", result.cChecksPerSecond.map { .number($0) } ?? .null),
      ("instants", .integer(result.instants)), ("checks", .integer(result.checks)),
      ("funding", .boolean(result.hasFunding)), ("leverage", .number(result.leverage)),
      ("rejected", .integer(result.rejected)), ("threads", .integer(result.threads)),
      ("repeat", .integer(result.rounds)), ("dense_runs", .integer(result.denseRuns)),
      ("dense_s", .number(result.denseSeconds)), ("index_s", .number(result.indexSeconds)),
      ("search_s", .number(result.searchSeconds)), ("file_s", .number(result.fileSeconds)),
      ("fingerprint", .text(digestText(result.fingerprint))),
    ])
  }
}
