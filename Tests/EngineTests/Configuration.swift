import Engine
import Platform
import Random

/// One of the ways in which a simulation can be run, all of which give the same bytes.
struct Configuration: CustomStringConvertible {
  var kind: EngineKind
  var kernel: KernelLevel
  var threads: Int
  var blockAccounts: Int
  /// Ticks in memory at a time; nil for as many as `tickMemory` allows.
  var chunkInstants: Int?
  /// Bytes of ticks in memory; nil for the usual.
  var tickMemory: Int?
  /// Pages that stay in memory; nil where all ticks do.
  var keptPages: Int?
  /// Whether the points run one after the other on ticks that they share.
  var isShared = false

  /// The levels that this processor runs.
  static let kernels = KernelLevel.allCases.filter(\.isSupported)

  /// What everything else is held to.
  static let reference = Configuration(
    kind: .reference, kernel: .baseline, threads: 1, blockAccounts: 512)

  private init(kind: EngineKind, kernel: KernelLevel, threads: Int, blockAccounts: Int) {
    self.kind = kind
    self.kernel = kernel
    self.threads = threads
    self.blockAccounts = blockAccounts
  }

  /// Draws all but the engine.
  init(_ kind: EngineKind, _ shape: WildShape, _ dice: inout RandomStream) {
    self.kind = kind
    kernel = Self.kernels[dice.choice(count: Self.kernels.count)]
    threads = [1, 2, 7][dice.choice(count: 3)]
    blockAccounts = [1, 3, 5, 24, 512][dice.choice(count: 5)]
    let sizes = [1, 37, 64, 65, 100, 700, 1_024, 4_096, 16_384]
    if dice.bernoulli(0.6) { chunkInstants = sizes[dice.choice(count: sizes.count)] }
    if dice.bernoulli(0.3) { tickMemory = [1, 20_000, 200_000][dice.choice(count: 3)] }
    isShared = dice.bernoulli(0.3)
    if dice.bernoulli(0.5) { keptPages = [2, 30, 10_000][dice.choice(count: 3)] }
    if shape.ticks > 2_500 {
      chunkInstants = chunkInstants.map { max($0, 100) }
      tickMemory = tickMemory.map { max($0, 20_000) }
    }
  }

  /// A few that differ in engine: both searching ones, then any.
  static func few(_ seed: UInt64, _ shape: WildShape) -> [Configuration] {
    var dice = RandomStream(seed: seed, stream: 0, purpose: 7)
    var kinds: [EngineKind] = [.dense, .pruned, .pruned]
    if dice.bernoulli(0.2) { kinds.append(.reference) }
    return kinds.map { Configuration($0, shape, &dice) }
  }

  func apply(to options: inout EngineOptions) {
    options.kind = kind
    options.kernel = kernel
    options.threads = threads
    options.blockAccounts = blockAccounts
    options.chunkInstants = chunkInstants
    options.tickMemory = tickMemory
    options.keptPages = keptPages
  }

  var description: String {
    "\(kind), kernel \(kernel), \(threads) threads, blocks of \(blockAccounts), "
      + "pieces of \(chunkInstants.map(String.init) ?? "any") ticks, "
      + "\(keptPages.map(String.init) ?? "any") pages, "
      + "\(tickMemory.map(String.init) ?? "any") bytes\(isShared ? ", points after each other" : "")"
  }
}
