import Glibc
import Support
import Synchronization
import Testing

@testable import Platform

@Suite("Machine, clocks, progress")
struct MachineTests {
  @Test("figures of the machine are within what exists")
  func figures() {
    #expect((1...sysconf(Int32(_SC_NPROCESSORS_CONF))).contains(Machine.usableCores))
    #expect(Machine.physicalMemory > 1 << 26)
    #expect(Machine.availableMemory > 0 && Machine.availableMemory <= Machine.physicalMemory)
    #expect(Machine.peakMemory > 1 << 20 && Machine.peakMemory < Machine.physicalMemory)
    #expect(Machine.pageSize == Int(getpagesize()))
  }

  @Test("a level needs all of its flags")
  func levels() {
    let third = "cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3 avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"
    let fourth = third + " avx512f avx512bw avx512cd avx512dq avx512vl"
    #expect(Machine.level(flags: "fpu sse2") == .x86_64)
    #expect(Machine.level(flags: third) == .x86_64_v3)
    #expect(Machine.level(flags: fourth) == .x86_64_v4)
    for flag in third.split(separator: " ") {
      let without = fourth.split(separator: " ").filter { $0 != flag }.joined(separator: " ")
      #expect(Machine.level(flags: without) == .x86_64, "\(flag)")
    }
    let without = fourth.split(separator: " ").filter { $0 != "avx512vl" }.joined(separator: " ")
    #expect(Machine.level(flags: without) == .x86_64_v3)
    #expect(Machine.Level.x86_64 < .x86_64_v3 && Machine.Level.x86_64_v3 < .x86_64_v4)
  }

  @Test("clocks do not run backwards, and the wall clock is of this age")
  func clocks() {
    var last = (Clocks.monotonicNanoseconds(), Clocks.threadNanoseconds(), Clocks.processNanoseconds())
    for _ in 0..<1_000 {
      let now = (Clocks.monotonicNanoseconds(), Clocks.threadNanoseconds(), Clocks.processNanoseconds())
      #expect(now.0 >= last.0 && now.1 >= last.1 && now.2 >= last.2)
      last = now
    }
    // 2020-01-01 and 2200-01-01.
    #expect((1_577_836_800_000_000_000..<7_258_118_400_000_000_000).contains(Clocks.wallNanoseconds()))
  }

  @Test("the line shows share, rate and time left")
  func line() {
    let meter = ProgressMeter("sweep", total: 200, unit: "points", mode: .never, isTerminal: false) { _ in }
    #expect(
      meter.line(done: 84, elapsedNanoseconds: 7_000_000_000)
        == "sweep  42 %  84/200 points  12.0/s  ETA 0:10")
    #expect(meter.line(done: 0, elapsedNanoseconds: 1_000) == "sweep  0 %  0/200 points  0.00/s")
    #expect(
      meter.line(done: 200, elapsedNanoseconds: 50_000) == "sweep  100 %  200/200 points  4.00 M/s")
  }

  @Test(
    "numbers get three digits",
    arguments: [
      (0.0, "0.00"), (9.994, "9.99"), (9.996, "10.0"), (99.96, "100"), (999.4, "999"), (999.6, "1.00 k"),
      (1_234, "1.23 k"), (3.05e6, "3.05 M"), (7.1e9, "7.10 G"),
    ])
  func short(value: Double, text: String) { #expect(ProgressMeter.short(value) == text) }

  @Test(
    "durations are clock times",
    arguments: [(0.2, "0:01"), (9, "0:09"), (750, "12:30"), (11_100, "3:05:00")] as [(Double, String)])
  func duration(seconds: Double, text: String) { #expect(ProgressMeter.duration(seconds) == text) }

  @Test("the meter is drawn seldom, cleared at its end, and silent where asked")
  func meter() {
    let texts = Mutex<[String]>([])
    for (mode, isTerminal) in [(ProgressMeter.Mode.never, true), (.auto, false)] {
      let meter = ProgressMeter("x", total: 3, unit: "u", mode: mode, isTerminal: isTerminal) { text in
        texts.withLock { $0.append(text) }
      }
      usleep(110_000)
      meter.advance(by: 3)
      meter.finish()
    }
    #expect(texts.withLock { $0 }.isEmpty)
    let meter = ProgressMeter("x", total: 1_000, unit: "u", mode: .auto, isTerminal: true) { text in
      texts.withLock { $0.append(text) }
    }
    meter.advance()
    #expect(texts.withLock { $0 }.isEmpty)
    usleep(110_000)
    meter.advance()
    meter.finish()
    meter.advance()
    meter.finish()
    let drawn = texts.withLock { $0 }
    #expect(drawn.count == 2)
    #expect(drawn.first?.hasPrefix("\r\u{1B}[Kx  0 %  2/1000 u") == true)
    #expect(drawn.last == "\r\u{1B}[K")
  }
}
