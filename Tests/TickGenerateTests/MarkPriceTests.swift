import Testing

@testable import TickGenerate

/// The smoothing of marks, against its closed form.
@Suite struct MarkPriceTests {
  @Test func theIndexFadesInOverFiveSeconds() {
    var mark = MarkPrice(index: 100, premium: 0, stepSeconds: 1)
    // What is left of a step of 10 after 5 and 10 seconds is 10/e and 10/e².
    for second in 1...10 {
      mark.add(index: 110, premium: 0)
      if second == 5 { #expect((mark.value - (110 - 3.678_794_411_714_423)).magnitude < 1e-9) }
    }
    #expect((mark.value - (110 - 1.353_352_832_366_127)).magnitude < 1e-9)
  }

  @Test func thePremiumFadesInOverAMinute() {
    var mark = MarkPrice(index: 100, premium: 0.001, stepSeconds: 0.5)
    // A print 5 % below moves the mark by 0.051·(1 − e^(−1/120)) = 0.000423 of it.
    mark.add(index: 100, premium: -0.05)
    #expect((mark.value - 100 * 1.001 + 0.042_323).magnitude < 1e-5)
    for _ in 1..<120 { mark.add(index: 100, premium: -0.05) }
    // After a minute 1/e of the way is left: -0.05 + 0.051/e.
    #expect((mark.value - 100 * (0.95 + 0.051 * 0.367_879_441_171_442)).magnitude < 1e-9)
  }

  @Test func theStepOfTheGridDoesNotChangeTheSpeed() {
    var (fine, coarse) = (
      MarkPrice(index: 1, premium: 0, stepSeconds: 0.1), MarkPrice(index: 1, premium: 0, stepSeconds: 2)
    )
    for _ in 0..<20 { fine.add(index: 2, premium: 0.01) }
    coarse.add(index: 2, premium: 0.01)
    #expect((fine.value - coarse.value).magnitude < 1e-12)
  }
}
