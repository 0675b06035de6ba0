import Foundation

/// Which module may know which.
enum ModuleRules {
  /// The arrows of the architecture: every module with what it may import.
  static let arrows: [String: Set<String>] = [
    "Platform": ["CAllocator", "CProcessor"],
    "Random": [],
    "Market": ["Platform", "Yams"],
    "Margin": ["Market", "Platform"],
    "KernelsBaseline": ["CVector"],
    "Kernels": ["CVector", "KernelsBaseline", "KernelsV3", "KernelsV4", "Platform"],
    "TickFile": ["Market", "Platform", "Kernels", "CZstd", "CXXHash"],
    "TickImport": ["TickFile", "Market", "Platform", "CArchive", "CZlib"],
    "TickGenerate": ["TickFile", "Market", "Platform", "Random"],
    "Population": ["Margin", "Market", "Platform", "Random"],
    "Engine": ["Margin", "Kernels", "TickFile", "Market", "Platform"],
    "Report": ["Engine", "Margin", "Market", "Platform"],
    "Sweep": ["Report", "Engine", "Population", "Margin", "TickFile", "Market", "Platform", "Random"],
    "Bench": [
      "Engine", "Kernels", "Population", "Margin", "TickFile", "TickGenerate", "Market", "Platform",
      "CBaseline",
    ],
    "marginsweep": [
      "Bench", "Sweep", "Report", "Engine", "Population", "Margin", "TickFile", "TickImport", "TickGenerate",
      "Market",
      "Platform", "ArgumentParser",
    ],
  ]

  /// What comes with Swift, and who may use it.
  static let system: [String: Set<String>] = [
    "Glibc": ["Platform"],
    "Dispatch": ["Platform", "TickFile", "TickImport", "Engine", "Sweep"],
    "Synchronization": Set(arrows.keys),
  ]

  /// The modules of C, which hold no Swift.
  static let foreign: Set<String> = [
    "CZstd", "CZlib", "CArchive", "CXXHash", "CVector", "CProcessor", "CAllocator", "CBaseline",
  ]

  static let imports = TreeRule(name: "module arrows") { file in
    guard let module = file.module else { return [] }
    guard let allowed = arrows[module] else {
      return [(1, "the module \(module) is not in the architecture")]
    }
    return file.code.enumerated().compactMap { index, line in
      guard let imported = importedModule(line) else { return nil }
      let isFine = allowed.contains(imported) || system[imported]?.contains(module) == true
      return isFine ? nil : (index + 1, "\(module) may not import \(imported)")
    }
  }

  /// `Market` for `public import struct Market.Asset`.
  static func importedModule(_ line: String) -> String? {
    var words = line.split(separator: " ").map(String.init)
    while let first = words.first, first != "import" {
      let isModifier = ["public", "internal", "package", "private", "fileprivate"].contains(first)
      guard isModifier || first.hasPrefix("@") else { return nil }
      words.removeFirst()
    }
    guard words.count >= 2 else { return nil }
    let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
    let name = kinds.contains(words[1]) && words.count >= 3 ? words[2] : words[1]
    return name.split(separator: ".").first.map(String.init)
  }
}
