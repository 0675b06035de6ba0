extension CheckReport {
  /// The report as JSON on one line, full precision, null where a number is infinite or there is none.
  public var json: String {
    var json = JSONBuilder()
    json.object { json in
      json.member("mode", mode.rawValue)
      json.array("pools", pools) { json, row in json.object { row.write(to: &$0) } }
      json.array("positions", positions) { json, row in json.object { row.write(to: &$0) } }
      json.array("collateral", collateral) { json, row in json.object { row.write(to: &$0) } }
      json.member("account_equity", accountEquity)
      json.member("available", available)
      json.member("auto_exchange") { json in
        guard let autoExchange else { return json.null() }
        json.object { autoExchange.write(to: &$0) }
      }
      loan?.write(to: &json)
    }
    return json.text
  }
}

extension CheckReport.PoolRow {
  fileprivate func write(to json: inout JSONBuilder) {
    json.member("pool", pool)
    if let side { json.member("side", side.rawValue) }
    json.member("unit", unit)
    json.member("equity", value.equity)
    json.member("maintenance_margin", value.maintenanceMargin)
    json.member("margin_ratio", ratio)
    json.member("band", band.rawValue)
    json.member("liquidates", liquidates)
  }
}

extension CheckReport.PositionRow {
  fileprivate func write(to json: inout JSONBuilder) {
    json.member("instrument", instrument)
    json.member("side", side.rawValue)
    json.member("quantity", quantity)
    json.member("notional", notional)
    json.member("unrealized_pnl", unrealizedPnL)
    json.member("maintenance_margin", maintenanceMargin)
    json.member("liquidation_price", liquidationPrice)
    json.member("bankruptcy_price", bankruptcyPrice)
  }
}

extension CheckReport.CollateralRow {
  fileprivate func write(to json: inout JSONBuilder) {
    json.member("asset", asset)
    json.member("balance", balance)
    json.member("equity", equity)
    json.member("index", index)
    json.member("rate", rate)
    json.member("value", value)
    json.member("available", available)
  }
}

extension CheckReport.AutoExchange {
  fileprivate func write(to json: inout JSONBuilder) {
    json.member("triggered", triggered)
    json.member("ltv", ltv)
    json.array("deficits", deficits) { json, row in
      json.object { json in
        json.member("asset", row.asset)
        json.member("units", row.units)
        json.member("value", row.value)
      }
    }
    json.array("sales", sales) { json, row in json.object { row.write(to: &$0) } }
  }
}

extension CheckReport.AutoExchange.Sale {
  func write(to json: inout JSONBuilder) {
    json.member("asset", asset)
    json.member("units", units)
    json.member("value", value)
  }
}
