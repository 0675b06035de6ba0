import Glibc
import Support
import Testing

@testable import Platform

@Suite("Reading")
struct InputTests {
  private static let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * 31 >> 3) }

  @Test("reads at offsets, whole in spite of short reads")
  func offsets() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("in", bytes: Self.bytes)
    try plan("read=SHORT@2").run {
      let file = try InputFile(path: path)
      #expect(file.size == 100_000)
      #expect(try file.read(count: 5_000, at: 0) == Array(Self.bytes[..<5_000]))
      #expect(try file.read(count: 7, at: 99_993) == Array(Self.bytes[99_993...]))
      #expect(try file.read(count: 0, at: 100_000).isEmpty)
      let error = #expect(throws: CorruptDataError.self) { try file.read(count: 8, at: 99_993) }
      #expect(error?.exitStatus == .corruptData)
      #expect(throws: CorruptDataError.self) { try file.read(count: .max, at: 1) }
    }
  }

  @Test("a file that is missing or no file is wrong input, one that cannot be read is a failure")
  func wrong() throws {
    let directory = try TemporaryDirectory()
    let missing = directory.file("missing")
    let error = #expect(throws: InputError.self) { try InputFile(path: missing) }
    #expect(error?.description == "\(missing): no such file, expected an existing file")
    #expect(throws: InputError.self) { try ByteSource(path: missing) }
    #expect(throws: InputError.self) { try InputFile(path: directory.path) }
    #expect(throws: InputError.self) { try ByteSource(path: directory.path) }
    #expect(throws: InputError.self) { try InputFile(path: "/dev/null") }
    let path = try directory.write("in", "x")
    let failure = try plan("open=EACCES@1").run {
      #expect(throws: SystemCallError.self) { try InputFile(path: path) }
    }
    #expect(failure?.description == "opening \(path): Permission denied")
  }

  @Test("a source gives its bytes once and in order, whatever is peeked")
  func source() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("in", bytes: Self.bytes)
    for fault in ["read=EINTR@1", "read=SHORT@3"] {
      try plan(fault).run {
        let source = try ByteSource(path: path)
        #expect(try source.peek(4) == Array(Self.bytes[..<4]))
        #expect(try source.read(upTo: 2) == Array(Self.bytes[..<2]))
        #expect(try source.peek(10) == Array(Self.bytes[2..<12]))
        #expect(try source.read(upTo: 1_000) == Array(Self.bytes[2..<1_002]))
        #expect(source.position == 1_002)
        #expect(try source.peek(1) == [Self.bytes[1_002]])
        #expect(try source.readAll(limit: 98_998) == Array(Self.bytes[1_002...]))
        #expect(try source.read(upTo: 5).isEmpty)
        #expect(try source.peek(5).isEmpty)
      }
    }
  }

  @Test("text is read whole, up to a limit, and has to be UTF-8")
  func text() throws {
    let directory = try TemporaryDirectory()
    #expect(try Files.readText(try directory.write("bom", "\u{FEFF}grün\n"), limit: 100) == "grün\n")
    let large = try directory.write("large", "12345")
    #expect(try Files.readText(large, limit: 5) == "12345")
    let tooLarge = #expect(throws: InputError.self) { try Files.readText(large, limit: 4) }
    #expect(tooLarge?.expected == "at most 4 bytes")
    let path = try directory.write("bad", bytes: Array("one\ntwo\n".utf8) + [0x66, 0xC3, 0x28, 0x0A])
    let error = #expect(throws: InputError.self) { try Files.readText(path, limit: 100) }
    #expect(error?.location == SourceLocation(path: path, line: 3))
  }

  @Test("files that tell no size are read to their end")
  func procFiles() throws {
    #expect(try Files.readText("/proc/self/status", limit: 1 << 20).hasPrefix("Name:"))
  }

  @Test("directories are made, listed in byte order, and removed without following links")
  func directories() throws {
    let directory = try TemporaryDirectory()
    try Files.createDirectory(directory.file("a/b/c"))
    try Files.createDirectory(directory.file("a/b/c/"))
    for name in ["a/z", "a/B", "a/10", "a/9"] { try directory.write(name, "") }
    #expect(try Files.list(directory.file("a")) == ["10", "9", "B", "b", "z"])
    try directory.write("kept/x", "x")
    #expect(unsafe symlink(directory.file("kept"), directory.file("a/b/link")) == 0)
    try Files.removeTree(directory.file("a"))
    #expect(try directory.names() == ["kept"])
    #expect(try directory.text("kept/x") == "x")
    #expect(try Files.exists(directory.file("kept/x")) && !Files.exists(directory.file("kept/y")))
    #expect(try Files.size(directory.file("kept/x")) == 1 && Files.size(directory.path) == nil)
    #expect(throws: InputError.self) { try Files.createDirectory(directory.file("kept/x/y")) }
  }

  @Test(
    "paths fall into directory and name",
    arguments: [
      ("a/b", "a", "b"), ("b", ".", "b"), ("/b", "/", "b"), ("a/b/", "a", "b"), ("/a/b/c", "/a/b", "c"),
    ])
  func paths(path: String, directory: String, name: String) {
    #expect(Path.directory(path) == directory && Path.name(path) == name)
  }

  @Test("appending goes on after what is there, and after a cut")
  func append() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("log", "one\ntw")
    let file = try OutputFile(path: path, mode: .append)
    #expect(try file.size() == 6)
    try file.truncate(to: 4)
    let sink = ByteSink(file)
    try sink.write("two\n")
    try sink.close()
    #expect(sink.bytesWritten == 4)
    #expect(try directory.text("log") == "one\ntwo\n")
    #expect(throws: SystemCallError.self) { try OutputFile(path: path, mode: .create) }
  }

  @Test("a sink of any capacity writes the same bytes", arguments: [1, 2, 7, 100, 1 << 18])
  func capacities(capacity: Int) throws {
    let directory = try TemporaryDirectory()
    let sink = ByteSink(try OutputFile(path: directory.file("x"), mode: .replace), capacity: capacity)
    var expected: [UInt8] = []
    for length in 0..<40 {
      let part = [UInt8](repeating: UInt8(length), count: length)
      expected += part
      if length % 2 == 0 { try sink.write(part) } else { try unsafe sink.write(part.span.bytes) }
    }
    try sink.write(byte: 255)
    try sink.write("grün")
    expected += [255, 0x67, 0x72, 0xC3, 0xBC, 0x6E]
    #expect(sink.bytesWritten == 786)
    try sink.close()
    #expect(try directory.bytes("x") == expected)
  }
}
