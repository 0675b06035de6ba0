public import Market

extension CheckReport {
  /// What a loan account owes, how far it is from its levels, and what it may do.
  public struct Loan: Sendable {
    /// The index price of an asset at which the account is liquidated, all other prices fixed.
    public struct LiquidationPrice: Sendable {
      /// Name of the asset.
      public var asset: String
      /// USD; nil where no positive price liquidates.
      public var price: Double?
    }
    /// What is owed in one asset.
    public struct DebtRow: Sendable {
      /// Name of the asset.
      public var asset: String
      /// In units.
      public var debt: Debt
      /// Principal and interest at the index price, USD.
      public var value: Double
      /// Interest of the next full hour or day, in units.
      public var nextInterest: Double
    }
    /// An amount of one asset.
    public struct Amount: Sendable {
      /// Name of the asset.
      public var asset: String
      /// Nil for no limit.
      public var units: Double?
      /// USD at the index price; nil for no limit.
      public var value: Double?
    }

    /// The venue's levels.
    public var rules: LoanRules
    /// Collateral value over debt, under `pro` over the maintenance margin of the debts; infinite without
    /// debt.
    public var level: Double
    /// Of each asset held or owed, in table order.
    public var liquidationPrices: [LiquidationPrice]
    /// Whether the level is at or under the call level.
    public var isCalled: Bool
    /// Whether the level is at or under the liquidation level.
    public var liquidates: Bool
    /// What a liquidation would sell now, one entry per asset, in the order of the sales.
    public var sales: [AutoExchange.Sale]
    /// In table order.
    public var debts: [DebtRow]
    /// What may be borrowed of each asset that the venue lends and that has a price.
    public var maxBorrow: [Amount]
    /// What may leave the account of each asset held.
    public var maxTransferOut: [Amount]
  }
}
