public import Market

extension AccountDocument {
  /// The account as one line of JSON that reads back as the same account, bit for bit.
  ///
  /// Only what is left of its default is written; prices, `overrides` and `brackets` are not part of an
  /// account.
  /// - Parameter venue: the tables that the account was made for; its name is written too.
  public func json(venue: Venue) -> String {
    var json = JSONBuilder()
    json.object { json in
      json.member("venue", venue.name)
      if let name { json.member("account", name) }
      if let cohort { json.member("cohort", cohort) }
      json.member("mode", account.mode.rawValue)
      if account.userLevel != .regular { json.member("user_level", account.userLevel.name) }
      if let opensAt { json.member("open", opensAt.description) }
      json.units("balances", account.balances, venue)
      if account.owes { json.debts(account.debts, venue) }
      if account.spot.contains(where: { $0 != 0 }) { json.units("spot", account.spot, venue) }
      json.array("positions", account.positions) { json, position in
        json.object { json in
          json.position(position, venue)
        }
      }
      json.behaviour(account.behaviour)
      if !account.actions.isEmpty {
        json.array("actions", account.actions) { json, action in
          json.object { json in json.action(action, venue) }
        }
      }
    }
    return json.text
  }
}

extension JSONBuilder {
  fileprivate mutating func units(_ key: String, _ units: [Double], _ venue: Venue) {
    member(key) { json in
      json.object { json in
        for (asset, amount) in units.enumerated() where amount != 0 {
          json.member(venue.assets[asset].name, amount)
        }
      }
    }
  }

  fileprivate mutating func debts(_ debts: [Debt], _ venue: Venue) {
    member("debts") { json in
      json.object { json in
        for (asset, debt) in debts.enumerated() where debt.total > 0 {
          json.member(venue.assets[asset].name) { json in
            json.object { json in
              json.member("principal", debt.principal)
              json.member("interest", debt.interest)
            }
          }
        }
      }
    }
  }

  fileprivate mutating func position(_ position: Position, _ venue: Venue) {
    let terms = venue.instruments[position.instrument.rawValue]
    member("instrument", terms.name)
    // The decimal itself, so that no rounding can lose a lot.
    let quantity = ExactDecimal(mantissa: position.lots * terms.lot.mantissa, scale: terms.lot.scale)
    member("quantity", literal: quantity.description)
    member("entry", position.entry)
    if position.isIsolated { member("margin", position.margin) }
    if let leverage = position.leverage { member("leverage", leverage) }
  }

  fileprivate mutating func behaviour(_ behaviour: Behaviour) {
    guard behaviour != Behaviour() else { return }
    member("behaviour") { json in
      json.object { json in
        if let stopLoss = behaviour.stopLoss { json.member("stop_loss", stopLoss) }
        guard let topUp = behaviour.topUp else { return }
        json.member("top_up") { json in
          json.object { json in
            json.member("at_ratio", topUp.atRatio)
            json.member("amount", topUp.amount)
            json.member("times", literal: String(topUp.times))
          }
        }
      }
    }
  }

  fileprivate mutating func action(_ action: Action, _ venue: Venue) {
    member("at", action.at.description)
    switch action.kind {
    case .transfer(let asset, let amount): move("transfer", asset, amount, venue)
    case .borrow(let asset, let amount): move("borrow", asset, amount, venue)
    case .repay(let asset, let amount): move("repay", asset, amount, venue)
    case .addMargin(let instrument, let amount):
      member("do", "add_margin")
      member("instrument", venue.instruments[instrument.rawValue].name)
      member("amount", amount)
    case .switchMode(let mode):
      member("do", "switch_mode")
      member("mode", mode.rawValue)
    }
  }

  private mutating func move(_ name: String, _ asset: AssetIndex, _ amount: Double, _ venue: Venue) {
    member("do", name)
    member("asset", venue.assets[asset.rawValue].name)
    member("amount", amount)
  }
}
