import Market

@testable import Engine
@testable import Margin

/// One account from instant to instant, in the order of the semantics: clock, funding, tests.
struct NaiveLife {
  private let point: EnginePoint
  private let number: Int
  private let options: EngineOptions
  private let book: RuleBook
  private var need = AccountNeeds()
  private let venue: Venue
  private var account: Account?
  private var rejection: Rejection?
  private var opened: Timestamp?
  private var closed: Timestamp?
  private var bands: BandTimes?
  private var hasHeld = false
  private var isDone = false
  private(set) var journal: Journal
  /// Instants at which it was tested.
  private(set) var checks = 0

  init(_ point: EnginePoint, _ number: Int, _ options: EngineOptions, _ venue: Venue) {
    self.point = point
    self.number = number
    self.options = options
    self.venue = venue
    book = RuleBook(point.rules)
    point.accounts.need(number, into: &need)
    journal = Journal(keepsFlows: options.keepsFlows)
  }

  var outcome: AccountOutcome {
    AccountOutcome(
      account: account,
      life: AccountLife(rejection: rejection, opened: opened, closed: closed, bands: bands))
  }

  /// Goes through an instant; `previous` are the prices before it.
  mutating func step(_ instant: NaiveReplay.Instant, _ previous: Quotes) {
    let quotes = instant.quotes
    let rules = book.rules(at: quotes.time)
    guard var account else {
      if isReady(quotes) { open(rules, quotes) }
      return
    }
    if isDone { return }
    checks += 1
    if let due = book.nextEvent(of: account), due <= quotes.time {
      book.runClock(&account, dueAt: quotes.time, previous, &journal)
      noteWhetherFlat(account, quotes.time)
    }
    for funding in instant.fundings {
      _ = rules.settleFunding(&account, funding.instrument, rate: funding.rate, quotes, &journal)
    }
    recordRatio(&account, rules, quotes)
    if rules.test(&account, quotes, &journal) { noteWhetherFlat(account, quotes.time) }
    recordBand(account, rules, quotes)
    isDone = account.isSettled
    self.account = account
  }

  private func isReady(_ quotes: Quotes) -> Bool {
    let margins = need.instruments.map { venue.instruments[$0.rawValue].marginAsset }
    return need.notBefore <= quotes.time && !need.instruments.contains { quotes.marks[$0.rawValue].isNaN }
      && !(need.assets + margins).contains { quotes.index[$0.rawValue].isNaN }
  }

  private mutating func open(_ rules: Rules, _ quotes: Quotes) {
    var account = Account(number: number, mode: .isolated, balances: [], positions: [])
    rejection = point.accounts.open(number, rules, quotes, into: &account)
    opened = quotes.time
    isDone = true
    if rejection == nil {
      rules.beginLoans(&account, quotes, &journal)
      recordRatio(&account, rules, quotes)
      recordBand(account, rules, quotes)
      noteWhetherFlat(account, quotes.time)
      isDone = account.isSettled
    }
    self.account = account
  }

  private func recordRatio(_ account: inout Account, _ rules: Rules, _ quotes: Quotes) {
    let ratio = rules.worstRatio(account, quotes)
    guard options.recordsWorstRatio, ratio > account.tally.worstRatio else { return }
    account.tally.worstRatio = ratio
    account.tally.worstTime = quotes.time
  }

  private mutating func recordBand(_ account: Account, _ rules: Rules, _ quotes: Quotes) {
    guard options.recordsBands else { return }
    let band = CheckReport.Band(ratio: rules.worstRatio(account, quotes))
    if bands == nil { bands = BandTimes(band, at: quotes.time) }
    bands?.enter(band, at: quotes.time)
    if account.isSettled { bands?.end(at: quotes.time) }
  }

  /// When it was closed is known as long as nothing is opened anew.
  private mutating func noteWhetherFlat(_ account: Account, _ time: Timestamp) {
    if !account.isFlat {
      hasHeld = true
      closed = nil
    } else if hasHeld && closed == nil {
      closed = time
    }
  }

  /// Closes its books at the last prices.
  mutating func finish(_ quotes: Quotes?) {
    guard let quotes, rejection == nil, var account else { return }
    book.rules(at: quotes.time).finish(&account, quotes)
    bands?.end(at: quotes.time)
    self.account = account
  }
}
