public import Market

/// Rows of a CSV file as bytes: fields with commas between them, a line feed at each row's end.
///
/// ```swift
/// var csv = CSVBuffer()
/// csv.integer(0)
/// csv.text("a,b")
/// csv.endRow()  // 0,"a,b"
/// ```
public struct CSVBuffer: Sendable {
  /// The bytes so far, UTF-8.
  public private(set) var bytes: [UInt8] = []
  /// Rows ended so far.
  public private(set) var rows = 0
  private var isAtRowStart = true

  /// An empty buffer.
  public init() {}

  private mutating func separate() {
    if !isAtRowStart { bytes.append(UInt8(ascii: ",")) }
    isAtRowStart = false
  }

  /// A field of text, in quotes where it needs them (RFC 4180).
  public mutating func text(_ text: String) {
    separate()
    guard text.utf8.contains(where: Self.needsQuotes) else { return bytes.append(contentsOf: text.utf8) }
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func needsQuotes(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
  }

  /// A field of text that is known to need no quotes.
  public mutating func word(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  /// A whole number.
  public mutating func integer(_ value: Int) {
    separate()
    NumberText.append(Int64(value), to: &bytes)
  }

  /// A number in its shortest text that reads back as the same Double; `inf` where infinite, empty for NaN.
  public mutating func number(_ value: Double) {
    separate()
    if value.isInfinite {
      bytes.append(contentsOf: (value > 0 ? "inf" : "-inf").utf8)
    } else {
      NumberText.append(value, to: &bytes)
    }
  }

  /// A number, or an empty field.
  public mutating func number(_ value: Double?) {
    if let value { number(value) } else { empty() }
  }

  /// A time, ISO 8601 UTC with nine digits of fraction.
  public mutating func time(_ time: Timestamp) {
    separate()
    time.append(to: &bytes)
  }

  /// A time, or an empty field.
  public mutating func time(_ time: Timestamp?) {
    if let time { self.time(time) } else { empty() }
  }

  /// Adds rows by a closure.
  mutating func rows(_ body: (inout CSVBuffer) -> Void) { body(&self) }

  /// An empty field.
  public mutating func empty() { separate() }

  /// Ends the row.
  public mutating func endRow() {
    bytes.append(0x0A)
    isAtRowStart = true
    rows += 1
  }
}
