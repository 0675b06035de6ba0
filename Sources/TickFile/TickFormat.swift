/// Fixed numbers and limits of the format; every size read from a file is checked against them before
/// anything is allocated.
public enum TickFormat {
  /// The version that this module writes and reads.
  public static let version: UInt16 = 1
  /// Most ticks in one block.
  public static let maximumTicksPerBlock = 1 << 20
  /// Most series in one file: numbers are 16 bits wide and 65,535 is kept free.
  public static let maximumSeries = 65_535
  /// Ticks of a span: each can be decoded alone, and the footer has an envelope of each.
  public static let ticksPerSpan = 4_096
  /// Mantissas lie strictly between -2^53 and 2^53, so each is a Double without rounding.
  public static let mantissaLimit: Int64 = 1 << 53
  /// Most decimals: 10^22 is the greatest power of ten that a Double holds exactly.
  public static let maximumScale = 22

  /// Most bytes of one column of a span before compression: 24 a tick are the most that a column needs.
  static let maximumSpanBytes = 32 * ticksPerSpan
  /// Most bytes of one block header before compression: 65,535 series with long names fit.
  static let maximumBlockHeaderBytes = 16 << 20
  /// Most bytes of the metadata before compression.
  static let maximumMetadataBytes = 1 << 20
  /// Most bytes of the footer before compression.
  static let maximumFooterBytes = 1 << 30
  /// Zstandard never shrinks data by more than about this factor, so a footer that claims more lies.
  static let maximumExpansion = 1 << 16
  /// Most columns of a block: far more than any version needs.
  static let maximumColumns = 64

  /// Magic number of the skippable frames that this format uses.
  static let skippableMagic: UInt32 = 0x184D_2A5D
  /// Marks a missing scale in the arrays of exact values.
  static let noScale: UInt8 = 255
}

/// Something about the bytes is wrong; whoever knows the file and the block makes a `CorruptDataError` of it.
struct FormatFault: Error {
  /// What is wrong, in words.
  var problem: String

  init(_ problem: String) { self.problem = problem }
}
