import Foundation
import Support
import Testing

/// Ctrl-C in the middle of work.
struct InterruptTests {
  /// An endless task: it ends only by the signal.
  static let endless = ["ticks", "generate", "--ticks", "100000000000", "--out", "t.ticks.zst"]

  @Test func theFirstCtrlCEndsInGoodOrder() throws {
    let sandbox = try Sandbox()
    let running = try RunningBinary(Self.endless, directory: sandbox.path)
    #expect(try running.wait { try !sandbox.names().isEmpty })
    running.interrupt()
    let end = running.end()
    #expect(end.status == 130)
    #expect(end.stderr == "marginsweep: interrupted\n")
    #expect(try sandbox.names().isEmpty)
  }

  @Test func theSecondCtrlCEndsAtOnce() throws {
    let sandbox = try Sandbox()
    let running = try RunningBinary(Self.endless, directory: sandbox.path)
    #expect(try running.wait { try !sandbox.names().isEmpty })
    running.interrupt()
    running.interrupt()
    #expect(running.end().status == 130)
    #expect(try sandbox.names().isEmpty)
  }
}
