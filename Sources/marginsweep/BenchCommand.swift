internal import ArgumentParser
internal import Bench
internal import Margin
internal import Platform

/// `bench`.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures the engines on this machine, in account-checks a second, and against a loop in C.",
    discussion: """
      An account-check is the test of one account at one instant. Makes ticks of two days around a crash \
      and people whose leverage is chosen, by trial, so that as many are liquidated as --hit-share says; \
      then takes the same open accounts through the same ticks with the dense and the pruned engine, \
      turn by turn. Drawing and opening the accounts, choosing the leverage, and closing the books stand \
      outside of every timed part, for both engines alike. Results must be equal to the bit, or the \
      command fails.

      cold: pruned over dense from decoded columns, building the tree counted; which ticks start an \
      instant is marked when a block is decoded. warm: the tree is there already, as for the later points \
      of a sweep. file: decoding and marking counted too. \
      These and what is said per core are ratios and rates of processor time on one thread; medians of \
      --repeat rounds. A dense run of more than 5 s is done once. dense/C compares the vector loop of \
      the dense engine with the same loop in C, on lines of these accounts and columns of these ticks.

      The ratio grows with the ticks: the default is small enough for some minutes. The full size is \
      --mode cross --accounts 10000 --ticks 10000000.
      """)

  @Option(
    name: .customLong("mode"), parsing: .singleValue,
    help: "A margin system; may be repeated (default: isolated, cross, multi-asset).")
  var modes: [MarginMode] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Accounts of a book; may be repeated (default: 1000, 10000, 100000).", valueName: "number"))
  var accounts: [Int] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Instruments that every account holds, 1 to \(BenchRequest.mostInstruments), of a loan its coins; may "
        + "be repeated (default: 3, of a loan 31, which with the debt's asset makes 32 assets).",
      valueName: "number"))
  var instruments: [Int] = []

  @Option(help: ArgumentHelp("Ticks of a replay (default: \(BenchRequest().ticks)).", valueName: "number"))
  var ticks: Int?

  @Option(
    name: .customLong("tick-file"), parsing: .singleValue,
    help: ArgumentHelp(
      "Recorded ticks in place of generated ones, with trades or marks of instruments in USDT; may be "
        + "repeated: the files are merged.",
      valueName: "file"))
  var files: [String] = []

  @Option(help: "How many accounts are liquidated.")
  var hitShare = BenchRequest.HitShare.third

  @Flag(inversion: .prefixedNo, help: "Settle funding three times a day (default: in multi-asset mode).")
  var funding: Bool?

  @Option(
    help: "Instruction set of all loops (default: \(KernelLevel.variable), else the processor's best).")
  var kernel: KernelLevel?

  @Option(
    help: ArgumentHelp("Threads of the runs with many (default: all usable cores).", valueName: "number"))
  var threads: Int?

  @Option(
    name: .customLong("repeat"),
    help: ArgumentHelp("Rounds of which medians are taken (default: 3).", valueName: "number"))
  var rounds: Int?

  @Option(help: ArgumentHelp("Seed of ticks and people.", valueName: "number"))
  var seed: UInt64 = 1

  @Flag(help: "A few hundred accounts and few ticks: shows that it works; its figures say nothing.")
  var quick = false

  @Flag(help: "Print JSON.")
  var json = false

  @Option(help: "When progress with the time left is shown on standard error; auto: on a terminal.")
  var progress: ProgressMeter.Mode = .auto

  func validate() throws {
    func check(_ values: [Int], _ name: String, _ range: ClosedRange<Int>) throws {
      guard values.allSatisfy(range.contains) else {
        throw ValidationError("--\(name) is \(range.lowerBound) to \(range.upperBound).")
      }
    }
    try check(accounts, "accounts", 1...10_000_000)
    try check(instruments, "instruments", 1...BenchRequest.mostInstruments)
    try check([ticks ?? 10_000], "ticks", 10_000...1_000_000_000)
    try check([threads ?? 1], "threads", 1...4_096)
    try check([rounds ?? 1], "repeat", 1...1_000)
    if !files.isEmpty, ticks != nil || !instruments.isEmpty {
      throw ValidationError("--tick-file says what --ticks and --instruments would.")
    }
    if seed >= 1 << 53 { throw ValidationError("--seed is 0 to \((1 << 53) - 1).") }
  }

  func run() throws {
    let request = try request()
    var results: [BenchResult] = []
    if !json { try Console.write(BenchText.head(request)) }
    try request.run { result in
      results.append(result)
      if !json { Console.note("\(BenchText.name(result)): done") }
    }
    if json {
      try Console.write(BenchText.answer(request, results))
    } else {
      try Console.write(BenchText.tables(results))
    }
  }

  private func request() throws -> BenchRequest {
    var request = BenchRequest()
    if quick { request.makeQuick() }
    if !modes.isEmpty { request.modes = modes }
    if !accounts.isEmpty { request.accounts = accounts }
    request.instruments = instruments
    if let ticks { request.ticks = ticks }
    request.files = files
    request.hitShare = hitShare
    request.hasFunding = funding
    request.kernel = try KernelLevel.chosen(kernel)
    if let threads { request.threads = threads }
    if let rounds { request.rounds = rounds }
    request.seed = seed
    request.progress = progress
    return request
  }
}
