import Market
import Platform
import Testing

@testable import TickGenerate

@Suite struct GeneratedInstrumentTests {
  @Test func presetsAreValidAndNamedAsPromised() throws {
    #expect(
      GeneratedInstrument.presets.map(\.name)
        == ["BTCUSDT", "ETHUSDT", "BNBUSDT", "SOLUSDT", "XRPUSDT", "ADAUSDT", "DOGEUSDT"])
    for preset in GeneratedInstrument.presets { try preset.validate() }
  }

  @Test func textNamesAPresetOrANewInstrument() throws {
    #expect(try GeneratedInstrument(parsing: "BTC") == GeneratedInstrument.presets[0])
    #expect(try GeneratedInstrument(parsing: "BTCUSDT") == GeneratedInstrument.presets[0])
    let changed = try GeneratedInstrument(parsing: "ETH:volatility=2,price=1000")
    #expect(changed.name == "ETHUSDT" && changed.volatility == 2 && changed.startPrice == 1000)
    let new = try GeneratedInstrument(parsing: "LINKUSDT:price=30.5,tick=0.005,low=0.4")
    #expect(new.name == "LINKUSDT" && new.startPrice == 30.5 && new.crashLow == 0.4 && new.volatility == 1)
    #expect(new.tickSize == ExactDecimal(mantissa: 5, scale: 3))
  }

  @Test(arguments: [
    ("LINKUSDT", "'LINKUSDT' is not built in and has no price or no tick"),
    ("LINKUSDT:price=30", "is not built in and has no price or no tick"),
    ("BTC:price", "'price' is no NAME=NUMBER"), ("BTC:price=x", "'price=x' is no NAME=NUMBER"),
    ("BTC:colour=1", "unknown part 'colour'"), ("BTC:volatility=21", "BTCUSDT: the volatility is 21.0"),
    ("BTC:low=0", "BTCUSDT: the low is 0.0"), ("BTC:tick=-1", "BTCUSDT: the tick is -1"),
    ("", "is not built in"),
  ])
  func wrongText(text: String, problem: String) {
    #expect {
      _ = try GeneratedInstrument(parsing: text)
    } throws: {
      ($0 as? InputError)?.problem.contains(problem) ?? false
    }
  }
}
