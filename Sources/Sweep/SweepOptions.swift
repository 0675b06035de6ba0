public import Engine
public import Platform
internal import Report

/// How a sweep runs. Nothing of it changes a result.
public struct SweepOptions: Sendable {
  /// Engine, threads and sizes of its work items.
  public var engine: EngineOptions
  /// Bytes that may be taken: one half by ticks, the other by the accounts and rows of the points that run
  /// together; nil for a quarter of the machine's memory. One point at least runs whatever it takes.
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

  private var memoryBytes: Int { memory ?? Machine.physicalMemory / 4 }
  /// The memory that the accounts and rows of a batch may take, in bytes.
  var batchBytes: Int { memoryBytes / 2 }
  /// The threads that the engine runs on.
  var threads: Int { engine.threads ?? Machine.usableCores }

  /// How the engine works for a study and the memory allowed.
  func engine(for study: Study) -> EngineOptions {
    var engine = engine
    engine.recordsWorstRatio = study.report.worstRatio
    engine.recordsBands = study.report.bands
    engine.tickMemory = memoryBytes / 2
    return engine
  }
}
