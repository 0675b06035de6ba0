import Glibc
import Support
import Testing

@testable import Platform

@Suite("Atomic directories")
struct AtomicDirectoryTests {
  private static func make(_ path: String, force: Bool) throws {
    let run = try AtomicDirectory(path: path, force: force)
    try AtomicFile.write("new", to: run.file("a"), force: false)
    try AtomicFile.write("new", to: run.file("b"), force: false)
    try run.commit()
  }

  @Test(
    "a directory is whole or as before at the failure of every single call",
    arguments: [SystemCall.open, .mkdir, .write, .fsync, .rename], [false, true])
  func wholeOrAsBefore(call: SystemCall, hasOld: Bool) throws {
    var wasComplete = false
    var number = 0
    while !wasComplete, number < 100 {
      number += 1
      let directory = try TemporaryDirectory()
      if hasOld { try directory.write("run/a", "old") }
      let faults = FaultPlan(rules: [.init(call: call, effect: .failure(EIO), first: number)])
      faults.run {
        do {
          try Self.make(directory.file("run"), force: true)
          wasComplete = true
        } catch {}
      }
      let visible = try directory.names().filter { !$0.hasPrefix(".run.old-") }
      // A failing rename fails again when the old directory shall move back: it then stands aside, whole.
      let aside = try directory.names().filter { $0.hasPrefix(".run.old-") }
      for name in visible + aside {
        let files = try Files.list(directory.file(name))
        let text = try files.map { try directory.text("\(name)/\($0)") }
        #expect(
          files == ["a", "b"] && text == ["new", "new"] || files == ["a"] && text == ["old"], "\(number)")
      }
      #expect(visible.count + aside.count >= (hasOld || wasComplete ? 1 : 0), "\(number)")
      #expect(visible.allSatisfy { $0 == "run" }, "\(number)")
      if wasComplete { #expect(try Files.list(directory.file("run")) == ["a", "b"] && aside.isEmpty) }
    }
    #expect(wasComplete && number > 1)
  }

  @Test(
    "a name that cannot be moved aside is refused at once", arguments: ["", ".", "..", "/", "a/..", "./"])
  func noNameOfItsOwn(name: String) throws {
    #expect(throws: InputError.self) { try AtomicDirectory(path: name, force: true) }
  }

  @Test("a link that leads nowhere is refused at once")
  func danglingLink() throws {
    let directory = try TemporaryDirectory()
    // Safe: both texts live for the call.
    #expect(unsafe symlink("nowhere", directory.file("run")) == 0)
    #expect(throws: InputError.self) { try AtomicDirectory(path: directory.file("run"), force: false) }
    #expect(try directory.names() == ["run"])
  }

  @Test("an existing directory is kept unless forced, and then replaced as a whole")
  func force() throws {
    let directory = try TemporaryDirectory()
    try directory.write("run/old/deep", "old")
    #expect(throws: InputError.self) { try AtomicDirectory(path: directory.file("run"), force: false) }
    try Self.make(directory.file("run") + "/", force: true)
    #expect(try directory.names() == ["run"])
    #expect(try Files.list(directory.file("run")) == ["a", "b"])
  }

  @Test("the old directory moves back where the new one cannot take its place")
  func movesBack() throws {
    let directory = try TemporaryDirectory()
    try directory.write("run/a", "old")
    let run = try AtomicDirectory(path: directory.file("run"), force: true)
    try plan("rename=EIO@2!").run { #expect(throws: SystemCallError.self) { try run.commit() } }
    run.discard()
    #expect(try directory.names() == ["run"])
    #expect(try directory.text("run/a") == "old")
  }

  @Test("every file, both directories and the new name reach the disk")
  func syncs() throws {
    let directory = try TemporaryDirectory()
    let faults = FaultPlan(rules: [])
    try faults.run { try Self.make(directory.file("run"), force: false) }
    // Two files, the working directory after each of them and at the end, and the directory above.
    #expect(faults.count(of: .fsync) == 6)
    #expect(faults.count(of: .rename) == 3)
  }

  @Test("a file in the way is wrong input, forced or not")
  func fileInTheWay() throws {
    let directory = try TemporaryDirectory()
    try directory.write("run", "text")
    #expect(throws: InputError.self) { try AtomicDirectory(path: directory.file("run"), force: true) }
    #expect(try directory.text("run") == "text")
  }

  @Test("an unfinished directory vanishes, unless it is kept to be resumed")
  func unfinished() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("run")
    do {
      let run = try AtomicDirectory(path: path, force: false)
      try AtomicFile.write("x", to: run.file("a"), force: false)
    }
    #expect(try directory.names().isEmpty)
    do {
      let run = try AtomicDirectory(path: path, force: false, unfinished: .kept(resume: false))
      try AtomicFile.write("x", to: run.file("a"), force: false)
    }
    #expect(try directory.names() == ["run.partial"])
    #expect(throws: InputError.self) {
      try AtomicDirectory(path: path, force: false, unfinished: .kept(resume: false))
    }
    let resumed = try AtomicDirectory(path: path, force: false, unfinished: .kept(resume: true))
    #expect(resumed.isResumed)
    try resumed.commit()
    #expect(try directory.names() == ["run"])
    #expect(try directory.text("run/a") == "x")
  }
}
