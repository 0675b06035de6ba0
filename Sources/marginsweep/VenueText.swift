internal import Market

/// The rules of a venue as a page for people.
struct VenueText {
  let venue: Venue

  init(_ venue: Venue) { self.venue = venue }

  var text: String {
    var parts = ["\(venue.name)\n\(venue.source)\n", assets, instruments]
    parts += venue.instruments.map {
      let unit = venue.assets[$0.marginAsset.rawValue].name
      return brackets($0.brackets, "\($0.name) brackets (\(unit))", "notional above")
    }
    if let loan = venue.loan { parts += self.parts(of: loan) }
    parts.append(rules)
    return parts.joined(separator: "\n")
  }

  private var assets: String {
    var table = TextTable([
      ("asset", .left), ("stable", .left), ("bid buffer", .right), ("ask buffer", .right),
      ("auto bid", .right), ("auto ask", .right), ("tiers", .right), ("threshold (regular)", .right),
    ])
    for asset in venue.assets {
      table.add([
        asset.name, asset.isStable ? "yes" : "", number(asset.bidBuffer), number(asset.askBuffer),
        number(asset.autoBidBuffer), number(asset.autoAskBuffer),
        asset.tiers.isEmpty ? "" : "\(asset.tiers.count)", asset.autoThreshold?.first.map(number) ?? "",
      ])
    }
    return "Haircuts (shares) and auto-exchange thresholds (units of the asset)\n" + table.text
  }

  private var instruments: String {
    var table = TextTable([
      ("instrument", .left), ("base", .left), ("margin", .left), ("lot", .right), ("taker fee", .right),
      ("liquidation fee", .right), ("brackets", .right),
    ])
    for instrument in venue.instruments {
      table.add([
        instrument.name, instrument.baseName, venue.assets[instrument.marginAsset.rawValue].name,
        instrument.lot.description, number(instrument.takerFee), number(instrument.liquidationFee),
        "\(instrument.brackets.count)",
      ])
    }
    return "Instruments (lots in units of the base, fees as shares of the value)\n" + table.text
  }

  func brackets(_ brackets: [Bracket], _ title: String, _ floor: String) -> String {
    var table = TextTable([
      (floor, .right), ("maintenance rate", .right), ("max leverage", .right), ("amount", .right),
    ])
    for bracket in brackets {
      table.add([
        number(bracket.floor), number(bracket.rate), number(bracket.maxLeverage), number(bracket.amount),
      ])
    }
    return title + "\n" + table.text
  }

  private var rules: String {
    let liquidation = venue.liquidation
    var lines = [
      "liquidation: equity \(liquidation.comparator.rawValue) maintenance margin, "
        + "rule \(liquidation.rule.rawValue), pick \(liquidation.pick.rawValue), "
        + "slippage \(number(liquidation.slippageBasisPoints)) bps"
    ]
    if let share = liquidation.lossFraction { lines.append("loss fraction: \(number(share))") }
    let exchange = venue.autoExchange
    let limit =
      exchange.ltv.map { "at an LTV of \(number($0)) (\(exchange.ltvScope.rawValue))" } ?? "no LTV limit"
    lines.append("auto-exchange: order \(exchange.order.rawValue), \(limit)")
    lines.append("insurance fund: \(venue.fundSize.map { "\(number($0)) USD" } ?? "pays whatever is needed")")
    if let funding = venue.funding {
      let every = TimeSpan(nanoseconds: funding.everyNanoseconds)
      lines.append("funding without a series: \(number(funding.rate)) every \(every)")
    }
    for change in venue.changes { lines.append("changes at \(change.at)") }
    return lines.joined(separator: "\n") + "\n"
  }

  func number(_ value: Double) -> String { NumberText.shortest(value) }
}
