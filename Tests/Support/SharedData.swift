import Foundation

/// The root of the repository, found from this file.
public let repositoryRoot: String = {
  var url = URL(fileURLWithPath: #filePath)
  for _ in 0..<3 { url.deleteLastPathComponent() }
  return url.path
}()

/// The path of something below the folder of data beside the repository; nil where it is not there.
///
/// The folder is `MARGINSWEEP_SHARED`, or `../shared` beside the repository. Use it as a condition, so that a
/// test that needs the data is skipped and says so:
///
/// ```swift
/// @Test(.enabled(if: sharedData("data/funding") != nil, "the shared data folder is absent"))
/// ```
public func sharedData(_ path: String) -> String? {
  let set = ProcessInfo.processInfo.environment["MARGINSWEEP_SHARED"] ?? ""
  let folder = set.isEmpty ? repositoryRoot + "/../shared" : set
  let full = URL(fileURLWithPath: folder).appendingPathComponent(path).standardizedFileURL.path
  return FileManager.default.fileExists(atPath: full) ? full : nil
}
