internal import ArgumentParser
internal import Margin
internal import Market
internal import Platform

/// `check`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Tells the margin state of one account now, before anything is traded.",
    discussion: """
      Prints equity, maintenance margin, ratio and band of each pool, liquidation and bankruptcy price of \
      each position, what each asset counts as collateral, and what auto-exchange would sell; of a loan its \
      level, the price of each asset that liquidates it, and what it may borrow. The account is YAML or JSON:

        venue: binance-usdm-2024-10
        mode: cross                     # isolated | cross | multi-asset | loan
        marks: {BTCUSDT: 31967.27}      # prices in the margin asset
        balances: {USDT: 15000}         # units
        positions:
          # quantity in units of the base, above 0 for a long
          - {instrument: BTCUSDT, quantity: 0.5, entry: 32481.98}
        # mode loan: debts: {USDT: {principal: 10000, interest: 0}} in place of positions
      """)

  @Argument(help: ArgumentHelp("The account's file; - is standard input.", valueName: "account"))
  var account: String

  @Flag(help: "Print JSON with full precision.")
  var json = false

  /// The most bytes of an account that are read.
  private static let sizeLimit = 16 << 20

  func run() throws {
    let text = try Files.readText(account, limit: Self.sizeLimit)
    let folder = account == "-" ? "." : Path.directory(account)
    let library = VenueLibrary.standard()
    let input = try CheckInput(try Document.parse(text, path: account)) { reference, location in
      try library.load(reference, relativeTo: folder, at: location)
    }
    try Console.write(json ? input.report.json : input.report.text)
  }
}
