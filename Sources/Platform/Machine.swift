internal import Glibc

/// What the program runs on.
public enum Machine {
  /// The instruction sets that the product has kernels for, from the least to the most.
  public enum Level: String, CaseIterable, Comparable, Sendable {
    case x86_64 = "x86-64"
    case x86_64_v3 = "x86-64-v3"
    case x86_64_v4 = "x86-64-v4"
    case arm64

    /// By the order in which they are listed.
    public static func < (a: Level, b: Level) -> Bool {
      (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
    }
  }

  /// Cores that this process may use: its affinity mask, and the quota of its control group rounded up.
  public static var usableCores: Int {
    let line = lines("/proc/self/status").first { $0.hasPrefix("Cpus_allowed:") } ?? ""
    let mask = line.split(separator: "\t").last ?? ""
    let allowed = mask.reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount }
    let cores = allowed > 0 ? allowed : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    return max(1, min(cores, coreQuota ?? cores))
  }

  /// Bytes of memory of the machine, or of its control group where that is less.
  public static var physicalMemory: Int {
    let machine = sysconf(Int32(_SC_PHYS_PAGES)) * pageSize
    return min(machine, controlGroup("memory.max").flatMap { Int($0) } ?? machine)
  }

  /// Bytes of memory that can be had without swapping.
  public static var availableMemory: Int {
    let line = lines("/proc/meminfo").first { $0.hasPrefix("MemAvailable:") }
    let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    let machine = kibibytes.map { $0 * 1024 } ?? physicalMemory
    guard let limit = controlGroup("memory.max").flatMap({ Int($0) }),
      let used = controlGroup("memory.current").flatMap({ Int($0) })
    else { return machine }
    return min(machine, max(0, limit - used))
  }

  /// The most bytes of memory that the process has held so far.
  public static var peakMemory: Int {
    var usage = rusage()
    // Safe: the record lives for the call and is filled by it.
    _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) * 1024
  }

  /// Lets ``peakMemory`` begin anew, where the system allows that; else it stays that of the whole process.
  public static func resetPeakMemory() {
    guard let file = try? OutputFile(path: "/proc/self/clear_refs", mode: .append) else { return }
    // 5 resets the peak. Source: the manual page proc_pid_clear_refs(5).
    let sink = ByteSink(file)
    try? sink.write("5")
    try? sink.flush()
    try? file.close()
  }

  /// Bytes of a page of memory.
  public static var pageSize: Int { sysconf(Int32(_SC_PAGESIZE)) }

  /// The processor as it calls itself; empty where it does not.
  public static var processor: String {
    let line = lines("/proc/cpuinfo").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":", maxSplits: 1).last ?? ""
    return String(name.drop { $0 == " " })
  }

  /// The highest of our instruction sets that the processor has.
  public static var level: Level {
    #if arch(arm64)
      return .arm64
    #else
      let line = lines("/proc/cpuinfo").first { $0.hasPrefix("flags") } ?? ""
      return level(flags: line.split(separator: ":").last.map(String.init) ?? "")
    #endif
  }

  /// The level that a list of processor flags amounts to, as the x86-64 psABI defines it.
  static func level(flags: String) -> Level {
    let flags = Set(flags.split(separator: " ").map(String.init))
    let third: Set = [
      "cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma",
      "abm", "movbe", "xsave",
    ]
    let fourth: Set = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
    guard third.isSubset(of: flags) else { return .x86_64 }
    return fourth.isSubset(of: flags) ? .x86_64_v4 : .x86_64_v3
  }

  private static var coreQuota: Int? {
    let parts = controlGroup("cpu.max")?.split(separator: " ").compactMap { Int($0) } ?? []
    guard parts.count == 2, parts[1] > 0 else { return nil }
    return (parts[0] + parts[1] - 1) / parts[1]
  }

  /// A setting of the control group at the top, as a container sees it.
  private static func controlGroup(_ name: String) -> String? { lines("/sys/fs/cgroup/\(name)").first }

  private static func lines(_ path: String) -> [String] {
    let text = try? Files.readText(path, limit: 1 << 22)
    return text?.split(separator: "\n").map(String.init) ?? []
  }
}
