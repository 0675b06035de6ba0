import Foundation

/// Calls and types that have no place in the product, or only in some of it.
enum CallRules {
  /// Files outside `Kernels` and `Platform` that may hold pointers, because a library of C takes them.
  static let shims: Set<String> = [
    "Sources/TickFile/ZstdShim.swift", "Sources/TickFile/XXHash64.swift",
    "Sources/TickImport/ArchiveShim.swift", "Sources/TickImport/ZlibShim.swift",
    "Sources/Bench/CKernel.swift",
  ]

  static let all: [TreeRule] = [
    .banned("try!", #"\btry!"#, instead: "throw, and say what is wrong", where: isProduct),
    .banned(
      "fatalError", #"\bfatalError\("#, instead: "throw; preconditionFailure for our own bugs",
      where: isProduct),
    .banned("as!", #"\bas!"#, instead: "as?, and say what is wrong", where: isProduct),
    .banned(
      "force unwrap", #"[\w\])]![.\s,)\]]"#, instead: "guard let, and say what is wrong", where: isProduct),
    .banned(
      "print", #"(^|[^.\w])(print|debugPrint|dump)\("#,
      instead: "write to a sink of Platform, so that a full disk and a closed pipe are seen", where: isProduct
    ),
    .banned(
      "fused multiply-add", #"\.(addingProduct|addProduct)\(|\bfma\("#,
      instead: "multiply, then add, or a result depends on the machine", where: isProduct),
    .banned(
      "libm",
      #"(^|[^.\w])(Foundation\.|Glibc\.)?(exp[2m]?1?|log(2|10|1p)?|pow|sin|cos|tanh?|erf|cbrt)\("#,
      instead: "the functions of Random, or a result depends on the machine",
      where: { isProduct($0) && !isIn($0, ["Platform", "Random"]) }),
    .banned(
      "pointers", #"\bUnsafe\w*Pointer\b|\bwithUnsafe\w*\(|\bUnmanaged\b|\bOpaquePointer\b"#,
      instead: "pointers belong into Kernels or a named shim",
      where: { isProduct($0) && !isIn($0, ["Platform"] + kernels) && !shims.contains($0) }),
    .banned(
      "vector code", #"\bSIMD\d+\b"#, instead: "vector code belongs into Kernels",
      where: { isProduct($0) && !isIn($0, kernels) }),
  ]

  /// The modules with vector code; the other levels are links to the baseline's source.
  private static let kernels = ["Kernels", "KernelsBaseline"]

  static func isProduct(_ path: String) -> Bool { path.hasPrefix("Sources/") }

  static func isIn(_ path: String, _ modules: [String]) -> Bool {
    modules.contains { path.hasPrefix("Sources/\($0)/") }
  }

  /// Every unsafe expression has a comment near it that says why it is safe.
  static let unsafeIsExplained = TreeRule(name: "unsafe is explained") { file in
    guard isProduct(file.path) else { return [] }
    return file.code.enumerated().compactMap { index, line in
      guard line.range(of: #"(^|[\s({\[=&])unsafe "#, options: .regularExpression) != nil else { return nil }
      let near = file.lines[max(0, index - 15)...index]
      return near.contains { $0.contains("Safe:") }
        ? nil : (index + 1, "unsafe without a Safe: comment above")
    }
  }

  /// Words that say that something was left undone.
  static let leftOver = TreeRule(name: "nothing is left over") { file in
    guard file.path.hasPrefix("Sources/") || file.path.hasPrefix("scripts/") else { return [] }
    let words =
      #"\b(TO"# + #"DO|FIX"# + #"ME|XXX|HACK)\b|not (yet )?impl"# + #"emented|place"# + #"holder|\bfor n"#
      + #"ow\b"#
    return file.lines.enumerated().compactMap { index, line in
      line.range(of: words, options: [.regularExpression, .caseInsensitive]) == nil
        ? nil : (index + 1, "left over: \(line.trimmingCharacters(in: .whitespaces))")
    }
  }

  /// Paths that exist on one machine only.
  static let machinePaths = TreeRule(name: "no path of one machine") { file in
    let pattern = "(^|[^A-Za-z0-9_./$}])/(wo" + "rk|ho" + "me|ro" + "ot|Us" + "ers|fa" + "rm|tmp/w" + "t)/"
    return file.lines.enumerated().compactMap { index, line in
      line.range(of: pattern, options: .regularExpression) == nil
        ? nil : (index + 1, "a path of one machine: \(line.trimmingCharacters(in: .whitespaces))")
    }
  }
}
