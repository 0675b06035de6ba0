public import Engine
internal import Margin

/// The rows of `bands.csv`, one per account: the seconds that it was in each band.
///
/// The accounts are those of `accounts.csv` in the same order; the figures of those that took no part are
/// empty.
public enum BandsTable {
  /// The columns that hold seconds.
  public static let figures = ["green_s", "yellow_s", "red_s", "longest_red_s"]
  /// The columns.
  public static let columns = ["point", "account", "cohort"] + figures

  /// The values of ``figures``, in seconds.
  public static func seconds(_ bands: BandTimes) -> [Double] {
    [bands.green, bands.yellow, bands.red, bands.longestRed].map(seconds)
  }

  /// The Double nearest to a count of nanoseconds in seconds.
  ///
  /// Whole units of ten are taken out first, so that a long time is exact in the quotient as well: the only
  /// rounding is that of one division, up to 104 days to the nanosecond and 285 years to the microsecond.
  static func seconds(_ nanoseconds: Int64) -> Double {
    var (units, perSecond) = (nanoseconds, 1e9)
    while perSecond > 1 && units % 10 == 0 {
      units /= 10
      perSecond /= 10
    }
    return Double(units) / perSecond
  }

  static func append(_ number: Int, _ life: AccountLife, _ frame: PointFrame, to csv: inout CSVBuffer) {
    let person = frame.people.facts(number)
    csv.integer(frame.number)
    csv.text(person.label)
    csv.text(person.cohort)
    if life.takesPart, let bands = life.bands {
      for seconds in seconds(bands) { csv.number(seconds) }
    } else {
      for _ in figures { csv.empty() }
    }
    csv.endRow()
  }
}
