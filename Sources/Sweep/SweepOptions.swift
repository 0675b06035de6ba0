public import Engine
public import Platform

/// How a sweep runs. Nothing of it changes a result.
public struct SweepOptions: Sendable {
  /// Engine, threads and sizes of its work items.
  public var engine: EngineOptions
  /// Bytes that accounts and rows of one batch of points may take; nil for a quarter of the machine's memory.
  public var memory: Int?
  /// Whether a run directory that exists is replaced.
  public var force: Bool
  /// When progress is shown on standard error.
  public var progress: ProgressMeter.Mode
  /// The program's version, for the manifest.
  public var version: String

  /// Makes options.
  public init(
    engine: EngineOptions = EngineOptions(), memory: Int? = nil, force: Bool = false,
    progress: ProgressMeter.Mode = .never, version: String = "0"
  ) {
    self.engine = engine
    self.memory = memory
    self.force = force
    self.progress = progress
    self.version = version
  }

  /// The memory that batches may take, in bytes.
  var memoryBytes: Int { memory ?? Machine.physicalMemory / 4 }
  /// The threads that the engine runs on.
  var threads: Int { engine.threads ?? Machine.usableCores }
}
