/// The people of one point: who they are before any price is known.
///
/// Called from many threads at once; the answers depend on the number alone.
public protocol AccountSource: Sendable {
  /// How many there are; they are numbered from 0.
  var count: Int { get }
  /// The same people, ready to be asked about those of `numbers`. The engine asks for a run of accounts
  /// before it asks about each, so a source that draws its people can draw a run at a time and once.
  func drawing(_ numbers: Range<Int>) -> any AccountSource
  /// Works out what account `number` needs before it opens.
  ///
  /// - Parameters:
  ///   - number: the account's.
  ///   - needs: takes the answer, whatever stood in it.
  func need(_ number: Int, into needs: inout AccountNeeds)
  /// Opens account `number` at the prices of its first instant, by `Rules.open(_:testsInitialMargin:_:)`.
  ///
  /// - Parameters:
  ///   - number: the account's.
  ///   - rules: those in force at that instant.
  ///   - quotes: the prices.
  ///   - account: takes the account as opened, or as it was when it was rejected; its memory is used again,
  ///     nothing else of what stood in it.
  /// - Returns: why it takes no part; nil where it does.
  func open(_ number: Int, _ rules: Rules, _ quotes: Quotes, into account: inout Account) -> Rejection?
}

extension AccountSource {
  /// The source itself, for one that draws nothing.
  public func drawing(_ numbers: Range<Int>) -> any AccountSource { self }
}
