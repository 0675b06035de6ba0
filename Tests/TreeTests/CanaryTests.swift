import Testing

/// Every rule must see what it forbids, and nothing else.
struct CanaryTests {
  /// A rule, a file that breaks it, and one that does not.
  struct Canary: Sendable {
    let rule: TreeRule
    let path: String
    let bad: String
    let good: String
  }

  private static func call(_ name: String) -> TreeRule {
    CallRules.all.first { $0.name == name } ?? TreeRule(name: "missing rule \(name)") { _ in [] }
  }

  private static func function(lines: Int) -> String {
    "func long(\n  _ x: Int\n) {\n" + String(repeating: "  work()\n", count: lines - 4) + "}\n"
  }

  private static let product = "Sources/Margin/Canary.swift"

  static let canaries: [Canary] = [
    Canary(rule: call("try!"), path: product, bad: "try! open()", good: "// never try! here"),
    Canary(
      rule: call("fatalError"), path: product, bad: "fatalError(\"x\")", good: "let s = \"fatalError(\""),
    Canary(rule: call("as!"), path: product, bad: "x as! Int", good: "x as? Int"),
    Canary(rule: call("force unwrap"), path: product, bad: "let a = b!.c", good: "if a != b, !c.d { }"),
    Canary(
      rule: call("print"), path: product, bad: "  print(\"hello\")", good: "fingerprint(x); sink.print(y)"),
    Canary(
      rule: call("fused multiply-add"), path: product, bad: "a.addingProduct(b, c)", good: "a + b * c"),
    Canary(rule: call("libm"), path: product, bad: "let x = exp(y)", good: "let x = Functions.exp(y)"),
    Canary(rule: call("libm"), path: product, bad: "let x = Foundation.log(y)", good: "let x = catalog(y)"),
    Canary(
      rule: call("pointers"), path: product, bad: "var p: UnsafeMutablePointer<Int>", good: "var p: Span<Int>"
    ),
    Canary(
      rule: call("pointers"), path: "Sources/TickFile/A.swift", bad: "a.withUnsafeBytes(f)", good: "f(a)"),
    Canary(rule: call("vector code"), path: product, bad: "var v: SIMD8<Double>", good: "var v: Lanes"),
    Canary(
      rule: CallRules.unsafeIsExplained, path: product, bad: "let x = unsafe y.bytes",
      good: "// Safe: bytes are plain data.\nlet x = unsafe y.bytes"),
    Canary(
      rule: CallRules.leftOver, path: product, bad: "// TO" + "DO: more", good: "// the list to do it with"),
    Canary(rule: CallRules.leftOver, path: "scripts/demo", bad: "# for n" + "ow", good: "# for nowhere"),
    Canary(
      rule: CallRules.machinePaths, path: "README.md", bad: "see /ho" + "me/me/x",
      good: "see docs/ho" + "me/x"),
    Canary(
      rule: ModuleRules.imports, path: product, bad: "internal import Engine", good: "public import Market"),
    Canary(
      rule: ModuleRules.imports, path: product, bad: "import struct Engine.Columns",
      good: "import Synchronization"),
    Canary(rule: ModuleRules.imports, path: product, bad: "internal import Glibc", good: "// import Glibc"),
    Canary(rule: ModuleRules.imports, path: "Sources/Other/A.swift", bad: "import Market", good: ""),
    Canary(
      rule: LengthRules.file, path: product, bad: String(repeating: "\n", count: 401),
      good: String(repeating: "\n", count: 400)),
    Canary(
      rule: LengthRules.line, path: product, bad: String(repeating: "x", count: 111),
      good: String(repeating: "é", count: 110)),
    Canary(rule: LengthRules.function, path: product, bad: function(lines: 71), good: function(lines: 70)),
  ]

  @Test(arguments: canaries.indices)
  func aRuleSeesWhatItForbids(_ index: Int) {
    let canary = Self.canaries[index]
    #expect(canary.rule.findings(in: SourceText(path: canary.path, text: canary.bad)).count == 1, "\(canary)")
  }

  @Test(arguments: canaries.indices)
  func aRuleLetsTheRestBe(_ index: Int) {
    let canary = Self.canaries[index]
    guard !canary.good.isEmpty else { return }
    #expect(canary.rule.findings(in: SourceText(path: canary.path, text: canary.good)).isEmpty, "\(canary)")
  }

  @Test func everyRuleHasACanary() {
    let proven = Set(Self.canaries.map(\.rule.name))
    let all = Set((TreeTests.swiftRules + TreeTests.textRules).map(\.name))
    #expect(all == proven)
  }

  @Test func commentsAndStringsAreNoCode() {
    let text = """
      let a = "try! \\(f("as!") + 1) x" // print(
      /* outer /* inner */ fatalError( */ let b = #"quote " \\(no)"#
      let c = \"\"\"
        try!
        \"\"\"
      """
    let code = SourceText(path: "x", text: text).code
    #expect(code[0] == "let a = \"(f(\"\") + 1)\" ")
    #expect(code[1] == " let b = \"\"")
    #expect(code[2] == "let c = \"")
    #expect(code[3].isEmpty)
    #expect(code[4] == "\"")
  }

  @Test func functionsAreFoundWithTheirBodies() {
    let text = """
      protocol P {
        func required(_ x: Int) -> Int
        init(y: Int)
      }
      struct S: P {
        init(y: Int) { self.y = y }
        func required(
          _ x: Int = 2, body: () -> Void = {}
        ) -> Int {
          x
        }
      }
      """
    let found = LengthRules.functions(in: SourceText(path: "x", text: text).code)
    #expect(found.map(\.first) == [6, 7])
    #expect(found.map(\.last) == [6, 11])
  }
}
