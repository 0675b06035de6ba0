internal import ArgumentParser
internal import Market
internal import Platform
internal import TickFile

/// `venue import`.
struct VenueImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Makes a venue file from the exchange's own JSON answers.",
    discussion: """
      The brackets are the answer of fapi/v1/leverageBracket, or a dump of it with the exchange's record \
      under 'info'. Lots, liquidation fees and auto-exchange thresholds come from exchangeInfo, haircuts \
      from assetIndex. What the answers do not hold is given by options; an option without a symbol \
      holds for all symbols that have no figure of their own. Fees are shares of the value, lots units \
      of the base, haircuts shares of the value. Every digit is kept, and every check of 'venue show' is \
      made.
      """)

  @Option(help: ArgumentHelp("The leverage brackets (JSON); - is standard input.", valueName: "file"))
  var brackets: String

  @Option(help: ArgumentHelp("The answer of assetIndex (JSON).", valueName: "file"))
  var assetIndex: String?

  @Option(help: ArgumentHelp("The answer of exchangeInfo (JSON).", valueName: "file"))
  var exchangeInfo: String?

  @Option(
    help: ArgumentHelp("The symbols with commas between, such as BTCUSDT,ETHUSDT; or all.", valueName: "list")
  )
  var symbols = "all"

  @Option(help: ArgumentHelp("The name of the venue.", valueName: "name"))
  var name: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The venue file to write; - is standard output.", valueName: "file"))
  var out: String

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Fee of an ordinary close; may be repeated.", valueName: "[symbol=]share"))
  var takerFee: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("The step of quantities; may be repeated.", valueName: "[symbol=]step"))
  var lot: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Clearance fee of a liquidation; may be repeated.", valueName: "[symbol=]share"))
  var liquidationFee: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "The buffers of an asset, in place of the asset index; may be repeated.",
      valueName: "asset=bid,ask,auto_bid,auto_ask"))
  var haircut: [String] = []

  @Option(help: ArgumentHelp("LTV at which deficits are covered (default: no limit).", valueName: "number"))
  var ltv: String?

  @Flag(help: "A venue without collateral in coins: it needs no haircuts.")
  var singleAsset = false

  @Flag(help: "Replace an existing file.")
  var force = false

  func validate() throws {
    guard Name.isValid(name) else {
      throw ValidationError("--name is no name, expected \(Name.expectation).")
    }
    if [brackets, assetIndex, exchangeInfo].count(where: { $0 == "-" }) > 1 {
      throw ValidationError("Only one answer can come from standard input.")
    }
  }

  func run() throws {
    var request = try VenueImport(name: name, brackets: try Self.answer(brackets))
    request.assetIndex = try assetIndex.map(Self.answer)
    request.exchangeInfo = try exchangeInfo.map(Self.answer)
    if symbols != "all" {
      request.symbols = symbols.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    request.isSingleAsset = singleAsset
    request.takerFees = try ImportFigures(option: "--taker-fee", values: takerFee)
    request.lots = try ImportFigures(option: "--lot", values: lot)
    request.liquidationFees = try ImportFigures(option: "--liquidation-fee", values: liquidationFee)
    request.ltv = ltv.map { .scalar($0, at: SourceLocation(path: "--ltv \($0)")) }
    try request.addHaircuts(option: "--haircut", values: haircut)
    let result = try request.run()
    try AtomicFile.write(result.text, to: out, force: force)
    for note in result.notes { Console.note("note: \(note)") }
    let counts = "\(result.venue.assets.count) assets, \(result.venue.instruments.count) instruments"
    if out != "-" { try Console.write("\(out): \(counts)") }
  }

  /// Reads one answer; its digest is that of the bytes as they stand.
  private static func answer(_ path: String) throws -> VenueImport.Answer {
    let bytes = try Files.readBytes(path, limit: VenueLibrary.fileLimit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InputError(SourceLocation(path: path), "the text is not valid UTF-8", expected: "JSON in UTF-8")
    }
    return VenueImport.Answer(
      document: try Document.parse(text, path: path), digest: "xxh64 \(FileDigest.xxh64(bytes))")
  }
}
