public import Margin
public import Market
internal import Platform

/// Who the accounts of a point are: cohorts of synthetic people, or a book of imported accounts.
///
/// A description, not a list: a person is worked out when he is asked for, from his number and the seed
/// alone, so he is the same at every point, in every shard and for any size of the population.
public struct Population: AccountSource {
  /// Where the accounts come from.
  enum Source: Sendable {
    case cohorts(CohortPlan)
    case book(Book)
  }
  /// What a population is made of, in one place: it is asked account by account, and a copy of the tables
  /// would cost more than the answer.
  private final class Content: Sendable {
    let source: Source
    let venue: Venue

    init(_ source: Source, _ venue: Venue) { (self.source, self.venue) = (source, venue) }
  }
  private let content: Content
  var source: Source { content.source }
  /// The tables that its names stand in.
  var venue: Venue { content.venue }

  init(_ source: Source, venue: Venue) { content = Content(source, venue) }

  /// How many accounts there are; they are numbered from 0.
  public var count: Int {
    switch source {
    case .cohorts(let plan): plan.accounts
    case .book(let book): book.accounts.count
    }
  }

  /// The names of the cohorts, in the study's order; in a book in the order of their first account.
  public var cohortNames: [String] {
    switch source {
    case .cohorts(let plan): plan.cohorts.map(\.name)
    case .book(let book): book.cohortNames
    }
  }

  /// What account `number` is before any price is known.
  public func profile(of number: Int) -> AccountProfile {
    switch source {
    case .cohorts(let plan):
      let person = plan.person(number)
      let cohort = plan.cohorts[person.cohort]
      return AccountProfile(
        name: String(number), cohort: cohort.name, mode: cohort.mode, leverage: person.leverage)
    case .book(let book):
      let entry = book.accounts[number]
      return AccountProfile(
        name: entry.name ?? String(number), cohort: entry.cohort ?? "", mode: entry.account.mode,
        leverage: nil)
    }
  }

  /// The number of the account with this name; nil where there is none.
  public func number(named name: String) -> Int? {
    switch source {
    case .cohorts(let plan):
      guard let number = Int(name), (0..<plan.accounts).contains(number) else { return nil }
      return String(number) == name ? number : nil
    case .book(let book):
      return book.accounts.indices.first { (book.accounts[$0].name ?? String($0)) == name }
    }
  }

  /// The same population with the people behind `numbers` drawn beforehand: whoever asks about one account
  /// after the other, or twice, asks it.
  public func drawing(_ numbers: Range<Int>) -> any AccountSource {
    guard case .cohorts(let plan) = source else { return self }
    return Population(.cohorts(plan.drawing(numbers)), venue: venue)
  }

  /// What account `number` needs before it opens.
  public func need(of number: Int) -> AccountNeeds {
    var needs = AccountNeeds()
    need(number, into: &needs)
    return needs
  }

  /// Works out what account `number` needs before it opens.
  ///
  /// - Parameters:
  ///   - number: the account's.
  ///   - needs: takes the answer, whatever stood in it.
  public func need(_ number: Int, into needs: inout AccountNeeds) {
    switch source {
    case .cohorts(let plan): plan.need(number, venue, into: &needs)
    case .book(let book): book.accounts[number].need(venue, into: &needs)
    }
  }

  /// Opens account `number` at the prices of its first instant, at which it has every price that it needs.
  ///
  /// - Parameters:
  ///   - number: the account's.
  ///   - rules: those in force at that instant; their tables are those of the population's venue.
  ///   - quotes: the prices.
  /// - Returns: the account, opened, and why it takes no part; nil where it does.
  public func open(_ number: Int, _ rules: Rules, _ quotes: Quotes) -> (
    account: Account, rejection: Rejection?
  ) {
    var account = Account(number: number, mode: .isolated, balances: [], positions: [])
    let rejection = open(number, rules, quotes, into: &account)
    return (account, rejection)
  }

  /// Opens account `number` as ``open(_:_:_:)`` does.
  ///
  /// - Parameters:
  ///   - number: the account's.
  ///   - rules: those in force at that instant.
  ///   - quotes: the prices.
  ///   - account: takes the account; its memory is used again, nothing else of what stood in it.
  /// - Returns: why it takes no part; nil where it does.
  public func open(
    _ number: Int, _ rules: Rules, _ quotes: Quotes, into account: inout Account
  ) -> Rejection? {
    switch source {
    case .cohorts(let plan):
      return plan.open(number, rules, quotes, into: &account)
    case .book(let book):
      account = book.accounts[number].account
      return rules.open(&account, testsInitialMargin: false, quotes)
    }
  }

  /// Account `number` as a document that opens as the same account, bit for bit.
  ///
  /// What a synthetic person holds depends on the prices of the first instant, so it is written as it opened
  /// there: read as a book, it opens at that instant with the same balances, positions and entries.
  /// - Parameters:
  ///   - number: the account's.
  ///   - account: what ``open(_:_:_:)`` made of it.
  ///   - opened: the time of that instant.
  public func document(of number: Int, as account: Account, openedAt opened: Timestamp) -> AccountDocument {
    let profile = profile(of: number)
    return AccountDocument(
      name: profile.name, cohort: profile.cohort.isEmpty ? nil : profile.cohort, opensAt: opened,
      account: account)
  }
}

/// What an account is before any price is known.
public struct AccountProfile: Sendable, Hashable {
  /// Its name: that of the book, else its number.
  public var name: String
  /// Its cohort; empty where a book names none.
  public var cohort: String
  /// What backs its positions.
  public var mode: MarginMode
  /// Exposure that it was drawn with, gross notional / gross equity; nil for the accounts of a book.
  public var leverage: Double?
}

extension AccountDocument {
  /// Works out what an imported account needs before it opens.
  fileprivate func need(_ venue: Venue, into needs: inout AccountNeeds) {
    needs.begin(notBefore: opensAt)
    for asset in account.balances.indices {
      let owes = !account.debts.isEmpty && account.debts[asset].total > 0
      if account.balances[asset] != 0 || owes { needs.insert(AssetIndex(asset)) }
    }
    for position in account.positions {
      let margin = venue.instruments[position.instrument.rawValue].marginAsset
      needs.insert(position.instrument, settledIn: margin)
    }
    needs.insert(account.actions)
  }
}

extension AccountNeeds {
  /// Adds the assets that actions may bring into the account.
  mutating func insert(_ actions: [Action]) {
    for action in actions {
      if let asset = action.incomingAsset { insert(asset) }
    }
  }
}

extension Action {
  /// The asset that it may bring into the account; nil for none.
  var incomingAsset: AssetIndex? {
    switch kind {
    case .transfer(let asset, _), .borrow(let asset, _): asset
    case .addMargin, .repay, .switchMode: nil
    }
  }
}
