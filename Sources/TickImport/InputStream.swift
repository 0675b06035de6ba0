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
    if count == 0, offset < buffer.count { try requireSameSize() }
    return count
  }

  /// A file that somebody still writes may end inside of a number, which would be read as another one.
  private func requireSameSize() throws {
    guard let size = source.sizeAtOpening, source.position != size else { return }
    throw InputError(
      SourceLocation(path: source.path),
      "the file changed while it was read: \(size) bytes at first, \(source.position) at its end",
      expected: "a file that nobody writes any more; a copy of it, for example")
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
    let stream = SourceStream(source, counter)
    let names = InputNames(path: path)
    if start.starts(with: zipMagic) {
      let archive = try ArchiveStream(stream, path: path, isZip: true)
      return OpenedInput(stream: archive, names: InputNames(path: path, entry: archive.entryName))
    }
    if start.starts(with: gzipMagic) {
      return OpenedInput(stream: try GzipStream(stream, path: path), names: names)
    }
    if start.starts(with: zstdMagic) || isSkippable(start) {
      return OpenedInput(stream: try ArchiveStream(stream, path: path), names: names)
    }
    return OpenedInput(stream: stream, names: names)
  }

  /// Whether a frame of zstd's begins that says nothing, as parallel packers put before each of theirs. One
  /// of them begins a tick file, which is no input.
  private static func isSkippable(_ start: [UInt8]) -> Bool {
    start.count == 4 && start[0] & 0xF0 == 0x50 && start.dropFirst().elementsEqual([0x2A, 0x4D, 0x18])
      && start != InputContent.tickFileMagic
  }

  /// Whether the input can be opened again and read from its start.
  static func isRepeatable(_ path: String) throws -> Bool {
    try path != "-" && Files.size(path) != nil
  }
}
