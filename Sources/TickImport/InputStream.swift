import Platform
import Synchronization

/// Counts the bytes that an import has read from its inputs, as they stand on disk.
final class ReadCounter: Sendable {
  private let count = Atomic<Int>(0)
  /// Bytes so far.
  var bytes: Int { count.load(ordering: .relaxed) }

  fileprivate func add(_ bytes: Int) { count.wrappingAdd(bytes, ordering: .relaxed) }
}

/// A file or pipe as it stands on disk.
final class SourceStream: ByteStream {
  private let source: ByteSource
  private let counter: ReadCounter?

  init(_ source: ByteSource, _ counter: ReadCounter? = nil) {
    self.source = source
    self.counter = counter
  }

  func read(into buffer: inout [UInt8], from offset: Int) throws -> Int {
    var bytes = buffer.mutableSpan
    // Safe: bytes are plain data.
    var raw = unsafe bytes.mutableBytes
    var rest = raw._mutatingExtracting(droppingFirst: offset)
    let count = try source.read(into: &rest)
    counter?.add(count)
    return count
  }
}

/// An input at its start.
struct OpenedInput {
  /// Its plain bytes.
  var stream: any ByteStream
  /// The names that it goes by.
  var names: InputNames
}

/// Opens inputs; what is compressed comes out plain.
enum InputStream {
  /// The first bytes of a gzip member.
  private static let gzipMagic: [UInt8] = [0x1F, 0x8B]
  /// The first bytes of a zstd frame.
  private static let zstdMagic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
  /// The first bytes of a zip archive.
  private static let zipMagic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  /// Opens `path`, `-` for standard input. The content, not the name, tells whether it is compressed.
  ///
  /// Throws `InputError` where the path does not exist.
  static func open(_ path: String, counter: ReadCounter? = nil) throws -> OpenedInput {
    let source = try ByteSource(path: path)
    let start = try source.peek(4)
    let isCompressed = start.starts(with: gzipMagic) || start.starts(with: zstdMagic)
    let stream = SourceStream(source, counter)
    if start.starts(with: zipMagic) {
      let archive = try ArchiveStream(stream, path: path, isZip: true)
      return OpenedInput(stream: archive, names: InputNames(path: path, entry: archive.entryName))
    }
    return OpenedInput(
      stream: isCompressed ? try ArchiveStream(stream, path: path) : stream, names: InputNames(path: path))
  }

  /// Whether the input can be opened again and read from its start.
  static func isRepeatable(_ path: String) throws -> Bool {
    try path != "-" && Files.size(path) != nil
  }
}
