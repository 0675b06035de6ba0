internal import Market

extension CheckReport.Loan {
  /// Writes the members that only loan accounts have.
  func write(to json: inout JSONBuilder) {
    json.member("margin_level", level)
    json.member("levels") { json in
      json.object { json in
        json.member("call", rules.call)
        json.member("liquidate", rules.liquidate)
        json.member("stop", rules.stop)
        json.member("borrow_above", rules.borrowAbove)
        json.member("transfer_above", rules.transferAbove)
      }
    }
    json.member("liquidation_prices") { json in
      json.object { json in
        for row in liquidationPrices { json.member(row.asset, row.price) }
      }
    }
    json.member("margin_call", isCalled)
    json.member("liquidates", liquidates)
    json.array("sales", sales) { json, row in json.object { row.write(to: &$0) } }
    json.array("debts", debts) { json, row in
      json.object { json in
        json.member("asset", row.asset)
        json.member("principal", row.debt.principal)
        json.member("interest", row.debt.interest)
        json.member("value", row.value)
        json.member("interest_next", row.nextInterest)
      }
    }
    json.array("max_borrow", maxBorrow) { json, row in json.object { row.write(to: &$0) } }
    json.array("max_transfer_out", maxTransferOut) { json, row in json.object { row.write(to: &$0) } }
  }
}

extension CheckReport.Loan.Amount {
  fileprivate func write(to json: inout JSONBuilder) {
    json.member("asset", asset)
    json.member("units", units)
    json.member("value", value)
  }
}
