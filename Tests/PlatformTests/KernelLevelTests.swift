import Platform
import Support
import Testing

struct KernelLevelTests {
  @Test func theOptionGoesBeforeTheVariable() throws {
    #expect(try KernelLevel.chosen(.baseline, environment: "nonsense") == .baseline)
    #expect(try KernelLevel.chosen(nil, environment: "baseline") == .baseline)
    #expect(try KernelLevel.chosen(nil, environment: "") == .best)
    #expect(try KernelLevel.chosen(nil, environment: nil) == .best)
  }

  @Test func namesOfNoKernelAreRefused() {
    let error = #expect(throws: UsageError.self) { try KernelLevel.chosen(nil, environment: "avx2") }
    #expect(error?.description == "MARGINSWEEP_KERNEL: no kernel is called avx2, expected baseline, v3, v4")
    #expect(error?.exitStatus == .usage)
  }

  /// Every processor of x86-64 that has a level has those below.
  @Test func whatTheProcessorLacksIsRefused() throws {
    #expect(KernelLevel.baseline.isSupported)
    #expect(!KernelLevel.v4.isSupported || KernelLevel.v3.isSupported)
    for level in KernelLevel.allCases where !level.isSupported {
      #expect(throws: InputError.self) { try KernelLevel.chosen(level, environment: nil) }
      #expect(throws: InputError.self) { try KernelLevel.chosen(nil, environment: level.rawValue) }
    }
  }
}
