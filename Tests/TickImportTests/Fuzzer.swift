import Foundation
import Platform
import Support
import Testing

/// Something that reads bytes of others and must end with a result or an error of ours, whatever they are.
struct FuzzTarget: Sendable, CustomTestStringConvertible {
  var name: String
  /// The name of the file that the bytes are read from.
  var file: String
  /// Hand-written inputs to start from.
  var seeds: [[UInt8]]
  /// Reads the file at a path. What it returns tells one way of reading from another; what it throws is a
  /// finding unless it is a `Failure`.
  var run: @Sendable (_ path: String) throws -> String

  var testDescription: String { name }
}

/// Changes inputs at random, keeps those that are read in a new way, and looks for what must not happen.
///
/// The input under way lies in the folder of the target as long as it is read, so that one that ends the
/// process is still there afterwards.
struct Fuzzer {
  /// An input that was read wrongly.
  struct Finding: Error, CustomStringConvertible {
    var target: String
    var path: String
    var problem: String
    var description: String { "\(target): \(path): \(problem)" }
  }

  /// How many inputs are kept in memory and on disk for each target.
  private static let mostKept = 2000
  private static let longest = 1 << 16

  private let target: FuzzTarget
  private let folder: String
  private var corpus: [[UInt8]]
  private var seen: Set<String> = []
  private var state: UInt64
  private(set) var runs = 0

  /// Keeps the corpus in `folder`, which exists.
  init(_ target: FuzzTarget, folder: String, seed: UInt64) throws {
    self.target = target
    self.folder = folder
    state = seed
    corpus = target.seeds
    for name in try Files.list(folder) where name.hasPrefix("kept-") {
      corpus.append(try Files.readBytes(folder + "/" + name, limit: 1 << 20))
    }
  }

  /// Reads changed inputs for a time.
  ///
  /// Throws ``Finding``.
  mutating func run(for seconds: Double) throws {
    let end = Date(timeIntervalSinceNow: seconds)
    for input in corpus { try read(input) }
    while Date() < end {
      let input = changed(corpus[next(corpus.count)])
      if try read(input), corpus.count < Self.mostKept {
        corpus.append(input)
        try write(input, "kept-\(corpus.count)")
      }
    }
  }

  /// Reads one input; whether it was read in a new way.
  @discardableResult private mutating func read(_ input: [UInt8]) throws -> Bool {
    runs += 1
    let path = try write(input, target.file)
    var way: String
    do {
      way = try target.run(path)
    } catch let error as any Failure {
      way = Self.shape(error.description)
    } catch {
      let kept = try write(input, "finding-\(runs)")
      throw Finding(target: target.name, path: kept, problem: "\(error)")
    }
    if way.count > 200 { way = String(way.prefix(200)) }
    try Files.remove(path)
    return seen.insert(way).inserted
  }

  /// An error's text without what it quotes and counts.
  static func shape(_ text: String) -> String {
    let parts = text.split(separator: "'", omittingEmptySubsequences: false)
    let plain = parts.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
    return plain.filter { $0.isLetter || $0 == " " }
  }

  @discardableResult private func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let path = folder + "/" + name
    guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
      throw RunError("cannot write \(path)")
    }
    return path
  }

  /// A number below `bound`; the constants are those of Knuth's generator.
  private mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(max(bound, 1)))
  }

  /// Bytes that mean something to one of the readers.
  private static let words: [[UInt8]] =
    [
      ",", "\n", "\r\n", "\"", "-", "--", ".", "e", "0", "9", "9999999999999999999", "1e22", "0.0", ",,", "{",
      "}",
      "[", "]", ":", "\\", "\u{0}", "true", "1621425600000", "1621425600000000", "-1", "\u{FEFF}", "BTCUSDT",
      "INSURANCE_FUND", "depthUpdate", "T", "A B",
    ].map { Array($0.utf8) } + [[0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0], [0x80]]

  private mutating func changed(_ input: [UInt8]) -> [UInt8] {
    var bytes = input
    for _ in 0...next(4) {
      let place = next(bytes.count + 1)
      switch next(8) {
      case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(next(8))
      case 1 where place < bytes.count: bytes[place] = UInt8(next(256))
      case 2: bytes.insert(contentsOf: Self.words[next(Self.words.count)], at: place)
      case 3:
        let word = Self.words[next(Self.words.count)]
        bytes.replaceSubrange(place..<min(place + word.count, bytes.count), with: word)
      case 4: bytes.removeSubrange(place..<min(place + 1 + next(8), bytes.count))
      case 5:
        let end = min(place + 1 + next(80), bytes.count)
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: next(bytes.count + 1))
      case 6:
        let other = corpus[next(corpus.count)]
        bytes = Array(bytes.prefix(place)) + other.suffix(next(other.count + 1))
      default: bytes.removeSubrange(place..<bytes.count)
      }
    }
    return Array(bytes.prefix(Self.longest))
  }
}
