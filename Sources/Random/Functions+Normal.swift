extension Functions {
  /// The value that a standard normal number stays below with probability `p`.
  ///
  /// −∞ at 0, ∞ at 1, not a number outside. Relative accuracy about 10⁻¹⁶.
  ///
  /// Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution",
  /// Applied Statistics 37 (1988) 477–484, routine PPND16 and its coefficients.
  public static func normalQuantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    let q = p - 0.5
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      return q * centreNumerator(r) / centreDenominator(r)
    }
    // The distance into the nearer tail.
    let depth = (-log(q < 0 ? p : 1 - p)).squareRoot()
    let size: Double
    if depth <= 5 {
      size = middleNumerator(depth - 1.6) / middleDenominator(depth - 1.6)
    } else {
      size = tailNumerator(depth - 5) / tailDenominator(depth - 5)
    }
    return q < 0 ? -size : size
  }

  private static func centreNumerator(_ r: Double) -> Double {
    var sum = 2.50908_09287_30122_6727e3
    sum = sum * r + 3.34305_75583_58812_8105e4
    sum = sum * r + 6.72657_70927_00870_0853e4
    sum = sum * r + 4.59219_53931_54987_1457e4
    sum = sum * r + 1.37316_93765_50946_1125e4
    sum = sum * r + 1.97159_09503_06551_4427e3
    sum = sum * r + 1.33141_66789_17843_7745e2
    return sum * r + 3.38713_28727_96366_6080
  }

  private static func centreDenominator(_ r: Double) -> Double {
    var sum = 5.22649_52788_52854_5610e3
    sum = sum * r + 2.87290_85735_72194_2674e4
    sum = sum * r + 3.93078_95800_09271_0610e4
    sum = sum * r + 2.12137_94301_58659_5867e4
    sum = sum * r + 5.39419_60214_24751_1077e3
    sum = sum * r + 6.87187_00749_20579_0830e2
    sum = sum * r + 4.23133_30701_60091_1252e1
    return sum * r + 1
  }

  private static func middleNumerator(_ r: Double) -> Double {
    var sum = 7.74545_01427_83414_07640e-4
    sum = sum * r + 2.27238_44989_26918_45833e-2
    sum = sum * r + 2.41780_72517_74506_11770e-1
    sum = sum * r + 1.27045_82524_52368_38258
    sum = sum * r + 3.64784_83247_63204_60504
    sum = sum * r + 5.76949_72214_60691_40550
    sum = sum * r + 4.63033_78461_56545_29590
    return sum * r + 1.42343_71107_49683_57734
  }

  private static func middleDenominator(_ r: Double) -> Double {
    var sum = 1.05075_00716_44416_84324e-9
    sum = sum * r + 5.47593_80849_95344_94600e-4
    sum = sum * r + 1.51986_66563_61645_71966e-2
    sum = sum * r + 1.48103_97642_74800_74590e-1
    sum = sum * r + 6.89767_33498_51000_04550e-1
    sum = sum * r + 1.67638_48301_83803_84940
    sum = sum * r + 2.05319_16266_37758_82187
    return sum * r + 1
  }

  private static func tailNumerator(_ r: Double) -> Double {
    var sum = 2.01033_43992_92288_13265e-7
    sum = sum * r + 2.71155_55687_43487_57815e-5
    sum = sum * r + 1.24266_09473_88078_43860e-3
    sum = sum * r + 2.65321_89526_57612_30930e-2
    sum = sum * r + 2.96560_57182_85048_91230e-1
    sum = sum * r + 1.78482_65399_17291_33580
    sum = sum * r + 5.46378_49111_64114_36990
    return sum * r + 6.65790_46435_01103_77720
  }

  private static func tailDenominator(_ r: Double) -> Double {
    var sum = 2.04426_31033_89939_78564e-15
    sum = sum * r + 1.42151_17583_16445_88870e-7
    sum = sum * r + 1.84631_83175_10054_68180e-5
    sum = sum * r + 7.86869_13114_56132_59100e-4
    sum = sum * r + 1.48753_61290_85061_48525e-2
    sum = sum * r + 1.36929_88092_27358_05310e-1
    sum = sum * r + 5.99832_20655_58879_37690e-1
    return sum * r + 1
  }
}
