import Glibc
import Support
import Testing

@testable import Platform

@Suite("Atomic files")
struct AtomicFileTests {
  /// Larger than the sink's buffer, so that several writes are made.
  private static let newText = String(repeating: "new line\n", count: 100_000)

  private static func write(_ path: String, force: Bool) throws {
    let file = try AtomicFile(path: path, force: force)
    for line in newText.split(separator: "\n") { try file.sink.write("\(line)\n") }
    try file.commit()
  }

  @Test(
    "a file is whole or as before at the failure of every single call, and no temporary file stays",
    arguments: ["open", "write", "fsync", "close", "rename"], [nil, "old"] as [String?])
  func wholeOrAsBefore(call: String, old: String?) throws {
    let call = try #require(SystemCall(rawValue: call))
    var wasComplete = false
    var number = 0
    while !wasComplete, number < 100 {
      number += 1
      let directory = try TemporaryDirectory()
      if let old { try directory.write("out", old) }
      let faults = FaultPlan(rules: [.init(call: call, effect: .failure(EIO), first: number)])
      var failure: (any Error)?
      faults.run {
        do { try Self.write(directory.file("out"), force: true) } catch { failure = error }
      }
      wasComplete = failure == nil
      // A call that fails after the renaming leaves the whole new file behind.
      let text = try directory.names() == ["out"] ? try directory.text("out") : nil
      let renamed = faults.count(of: .rename) == 1 && call != .rename
      #expect(text == (wasComplete || renamed ? Self.newText : old), "\(call) number \(number)")
      #expect(try directory.names().count <= 1, "\(call) number \(number)")
      if !wasComplete {
        let error = try #require(failure as? SystemCallError)
        #expect(error.call == call && error.code == EIO)
      }
    }
    // The loop has to see both failures and, at its end, a run that made fewer calls than that.
    #expect(wasComplete && number > 1)
  }

  @Test("a full disk leaves nothing and names the file asked for")
  func fullDisk() throws {
    let directory = try TemporaryDirectory()
    let error = try plan("write=ENOSPC@2").run {
      #expect(throws: SystemCallError.self) { try Self.write(directory.file("out"), force: false) }
    }
    #expect(error?.isDiskFull == true)
    #expect(error?.path == directory.file("out"))
    #expect(try directory.names().isEmpty)
  }

  @Test("nothing stands under the name before the commit, and nothing stays without one")
  func discards() throws {
    let directory = try TemporaryDirectory()
    do {
      let file = try AtomicFile(path: directory.file("out"), force: false)
      try file.sink.write("half")
      try file.sink.flush()
      #expect(try directory.names().allSatisfy { $0.hasPrefix(".out.tmp-") })
      #expect(TemporaryFiles.live.contains { $0.hasPrefix(directory.path) })
    }
    #expect(try directory.names().isEmpty)
    #expect(!TemporaryFiles.live.contains { $0.hasPrefix(directory.path) })
  }

  @Test("an existing file is kept unless forced")
  func force() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("out", "old")
    let error = #expect(throws: InputError.self) { try AtomicFile(path: path, force: false) }
    #expect(error?.description == "\(path): exists, expected a new name, or --force to replace it")
    try AtomicFile.write("new", to: path, force: true)
    #expect(try directory.text("out") == "new")
  }

  @Test("a file that appeared meanwhile is kept")
  func race() throws {
    let directory = try TemporaryDirectory()
    let file = try AtomicFile(path: directory.file("out"), force: false)
    try file.sink.write("mine")
    try directory.write("out", "theirs")
    #expect(throws: InputError.self) { try file.commit() }
    #expect(try directory.text("out") == "theirs")
    #expect(try directory.names() == ["out"])
  }

  @Test("wrong places are wrong input")
  func places() throws {
    let directory = try TemporaryDirectory()
    #expect(throws: InputError.self) { try AtomicFile(path: directory.path, force: true) }
    #expect(throws: InputError.self) { try AtomicFile(path: directory.file("no/such/file"), force: true) }
  }

  @Test("a device is written as it stands")
  func device() throws {
    try AtomicFile.write("text", to: "/dev/null", force: false)
    var record = stat()
    #expect(unsafe fstatat(AT_FDCWD, "/dev/null", &record, 0) == 0 && record.st_mode & S_IFMT == S_IFCHR)
  }

  @Test("a link stays and the file behind it is replaced")
  func link() throws {
    let directory = try TemporaryDirectory()
    try directory.write("real", "old")
    #expect(unsafe symlink(directory.file("real"), directory.file("link")) == 0)
    try AtomicFile.write("new", to: directory.file("link"), force: true)
    #expect(try directory.text("real") == "new")
    #expect(try directory.names() == ["link", "real"])
  }
}
