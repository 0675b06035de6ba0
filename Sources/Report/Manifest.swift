public import Engine
public import Platform

/// What `manifest.json` says about a run: what went in, what came out, and how long it took.
public struct Manifest: Sendable {
  /// A tick file that went in.
  public struct Input: Sendable {
    /// The file as the study names it.
    public var path: String
    /// The digest that identifies it, 16 hexadecimal digits.
    public var digest: String
    /// Its size in bytes.
    public var bytes: Int
    /// Records in it.
    public var ticks: Int
    /// What the file says about its source.
    public var source: String
    /// Remarks that the file carries, such as the path assumed inside a candle.
    public var notes: [(key: String, value: String)]

    /// Makes an input.
    public init(
      path: String, digest: String, bytes: Int, ticks: Int, source: String,
      notes: [(key: String, value: String)]
    ) {
      self.path = path
      self.digest = digest
      self.bytes = bytes
      self.ticks = ticks
      self.source = source
      self.notes = notes
    }
  }

  /// How long the parts of a run took, in seconds.
  public struct Timings: Sendable {
    /// Counting the ticks and sampling the marks.
    public var survey = 0.0
    /// Simulating.
    public var simulation = 0.0
    /// Summing up and writing rows.
    public var report = 0.0
    /// From start to end.
    public var total = 0.0
    /// Nothing yet.
    public init() {}
  }

  /// The program's version.
  public var version: String
  /// The study after overrides, as JSON on one line.
  public var studyJSON: String
  /// The venue after the study's overrides, without those of axes, as JSON on one line.
  public var venueJSON: String
  /// The folder that the study's relative paths count from, as an absolute path; nil where unknown.
  public var folder: String?
  /// The tick files, in order.
  public var inputs: [Input]
  /// The population's seed; nil for a book.
  public var seed: UInt64?
  /// Names of the axes.
  public var axes: [String]
  /// The values of the axes at every point.
  public var points: [[String]]
  /// Accounts of every point.
  public var accounts: [Int]
  /// What was replayed.
  public var statistics: ReplayStatistics
  /// Account-checks over all points.
  public var checks = 0
  /// Margin calls over all points.
  public var marginCalls = 0
  /// Dated actions of which nothing was done, over all points.
  public var refusedActions = 0
  /// The engine's name.
  public var engine: String
  /// The instruction set of its vector loops.
  public var kernel: KernelLevel
  /// Threads it ran on.
  public var threads: Int
  /// Times.
  public var timings = Timings()

  /// Makes a manifest; counts and timings are filled in by the run.
  public init(
    version: String, studyJSON: String, venueJSON: String, inputs: [Input], seed: UInt64?, axes: [String],
    points: [[String]], accounts: [Int], statistics: ReplayStatistics, engine: String,
    kernel: KernelLevel, threads: Int
  ) {
    self.version = version
    self.studyJSON = studyJSON
    self.venueJSON = venueJSON
    self.inputs = inputs
    self.seed = seed
    self.axes = axes
    self.points = points
    self.accounts = accounts
    self.statistics = statistics
    self.engine = engine
    self.kernel = kernel
    self.threads = threads
  }
}
