import Market
import Platform
import Testing

/// The error that a body throws; records an issue where it throws none or another kind.
func inputError(_ body: () throws -> Void) -> InputError? {
  do {
    try body()
    Issue.record("nothing was refused")
  } catch let error as InputError {
    return error
  } catch {
    Issue.record("not an InputError: \(error)")
  }
  return nil
}

/// The text from a place on, to check that a location points at the culprit.
func text(_ text: String, from location: Platform.SourceLocation) -> Substring? {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  guard let line = location.line, let column = location.column, lines.indices.contains(line - 1) else {
    return nil
  }
  return Substring(lines[line - 1].unicodeScalars.dropFirst(column - 1))
}

@Suite struct DocumentTests {
  @Test func keepsOrderQuotesAndPlaces() throws {
    let source = """
      ---
      # a comment
      b: 1.50
      a:
        - x y   # behind
        - 'it''s'
        - {k: "1", "q": null, r:  [], s: {} }
      t: 2021-05-19T12:00:00Z

      """
    let document = try Document.parse(source, path: "f.yaml")
    #expect(
      document.root.json
        == #"{"b":1.50,"a":["x y","it's",{"k":"1","q":null,"r":[],"s":{}}],"t":"2021-05-19T12:00:00Z"}"#)
    let list = try #require(document.root["a"])
    #expect(list.location == Platform.SourceLocation(path: "f.yaml", line: 5, column: 3))
    let item = try list.items()[2]
    #expect(item["k"]?.location == Platform.SourceLocation(path: "f.yaml", line: 7, column: 9))
    #expect(item["k"]?.label == "a[2].k")
  }

  @Test func readsJSON() throws {
    let source = #"{"a":1,"b":[true,-2.5e3,"x\n\"y\" é",null],"c":{"d":"e"}}"#
    #expect(try Document.parse(source, path: "f").root.json == source)
    #expect(try Document.parse("{\n\t\"a\":\n\t[1,\n2]}", path: "f").root.json == #"{"a":[1,2]}"#)
  }

  @Test func readsYAMLWithWindowsLinesAndMarks() throws {
    let document = try Document.parse("\u{FEFF}a: 1\r\nb:\r\n  - 2\r\n", path: "f")
    #expect(document.root.json == #"{"a":1,"b":[2]}"#)
  }

  @Test func countsLinesFromTheFirst() throws {
    let error = inputError { _ = try Document.parse("{a: 1, a: 2}", path: "book.jsonl", firstLine: 41) }
    #expect(error?.location.line == 41)
    let node = try Document.parse("{a: 1}", path: "book.jsonl", firstLine: 41).root["a"]
    #expect(node?.location.line == 41)
  }

  /// Text, where the error points, and what it says.
  @Test(
    arguments: [
      ("a: &x 1\nb: *x", "&x", "anchors"),
      ("a: [1, *x]", "*x", "anchors"),
      ("? &x a\n: 1", "? ", "complex key"),
      ("a: !!str 1", "!!str", "tags"),
      ("!a {b: 1}", "!a", "tags"),
      ("%YAML 1.1\n---\na: 1", "%YAML", "cannot begin"),
      ("a: |\n  text", "|", "block text"),
      ("a: >-\n  text", ">-", "block text"),
      ("a: 1\n---\nb: 2", "---", "second document"),
      ("a: 1\n...\nb: 2", "...", "second document"),
      ("a: 1\nb: 2\na: 3", "a: ", "twice"),
      ("x: {a: 1, 'a': 2}", "a: 1", "twice"),
      ("a: b\n  c: d", "c: d", "several lines"),
      ("[a\n \", &x b \"]", "\",", "several lines"),
      ("a: b\n  \"\nc: &x [1]\nd: \"", "\"", "several lines"),
      ("[a]: 1", ": 1", "key"),
      ("a: 'open", "'open", "quotes are not closed"),
      ("a: [1, 2", "", "no valid YAML"),
      ("a: 1\n b: 2", "b: 2", "several lines"),
      ("a: {b: 1]}", "]}", "no valid YAML"),
      ("a: \u{7}", "\u{7}", "control character"),
      ("a: 1 # \u{2028}b: &x 2", "\u{2028}", "control character"),
      ("a: @x", "@x", "cannot begin"),
      ("a:\t- 1", "- 1", "no valid YAML"),
    ] as [(String, String, String)])
  func refuses(source: String, pointsAt: String, says: String) throws {
    let error = inputError { _ = try Document.parse(source, path: "f.yaml") }
    let found = try #require(error)
    #expect(found.description.hasPrefix("f.yaml:"))
    #expect(found.problem.contains(says), "\(found)")
    let rest = try #require(text(source, from: found.location) ?? (pointsAt.isEmpty ? "" : nil))
    #expect(rest.hasPrefix(pointsAt), "\(found)")
  }

  @Test(arguments: ["", "\n\n", "# only a comment\n", "---\n"])
  func refusesNothing(source: String) {
    let error = inputError { _ = try Document.parse(source, path: "f.yaml") }
    #expect(error?.problem.contains("empty") == true)
  }

  /// Each would make a recursive parser overflow its stack, or an alias grow without bound.
  @Test func refusesBombs() {
    let deep = 1_000_000
    let bombs = [
      String(repeating: "[", count: deep), String(repeating: "{a: ", count: deep),
      String(repeating: "- ", count: deep), "a: " + String(repeating: "[[", count: 33),
      String(repeating: "[{", count: deep), String(repeating: "? ", count: deep),
      (0..<2_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
      (0..<2_000).map { String(repeating: " ", count: $0) + "'a':\n" }.joined(),
      "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]",
    ]
    for bomb in bombs {
      let error = inputError { _ = try Document.parse(bomb, path: "f") }
      #expect(error?.location.line != nil, "\(bomb.prefix(20))")
    }
    // A sequence at the column of its key is a level too.
    func nested(_ levels: Int) -> String {
      "a:\n" + (0..<levels).map { String(repeating: "  ", count: $0) + "- a:\n" }.joined()
    }
    #expect(throws: Never.self) { try Document.parse(nested(15), path: "f") }
    let error = inputError { _ = try Document.parse(nested(16), path: "f") }
    #expect(error?.problem == "the document is nested too deeply")
    // What is allowed stays allowed: 32 levels.
    let limit = String(repeating: "[", count: 32) + "1" + String(repeating: "]", count: 32)
    #expect(throws: Never.self) { try Document.parse(limit, path: "f") }
    #expect(throws: InputError.self) { try Document.parse("[" + limit + "]", path: "f") }
    let block = (0..<32).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n") + " 1"
    #expect(throws: Never.self) { try Document.parse(block, path: "f") }
  }

  @Test func refusesSize() {
    let limits = Document.Limits(bytes: 100, depth: 32, nodes: 10)
    let long = "a: " + String(repeating: "x", count: 98)
    #expect(throws: InputError.self) { try Document.parse(long, path: "f", limits: limits) }
    #expect(throws: InputError.self) {
      try Document.parse("[1,2,3,4,5,6,7,8,9,10]", path: "f", limits: limits)
    }
    #expect(throws: Never.self) { try Document.parse("[1,2,3,4,5,6,7,8,9]", path: "f", limits: limits) }
    #expect(Document.Limits(bytes: .max).bytes == 64 << 20)
  }

  @Test func escapesJSON() {
    let node = Document.Node.scalar("a\"\\\n\t\u{1}", isQuoted: true, at: Platform.SourceLocation(path: "f"))
    #expect(node.json == #""a\"\\\n\t\u0001""#)
    #expect(Document.Node.scalar("007", at: Platform.SourceLocation(path: "f")).json == "\"007\"")
  }
}

@Suite struct DocumentValueTests {
  private func value(_ text: String) throws -> Document.Node {
    try #require(try Document.parse("v: \(text)", path: "f").root["v"])
  }

  @Test(arguments: [
    "'1'", "1_000", "0x1", ".5", "5.", "+1", ".inf", ".nan", "inf", "nan", "1e999", "yes", "", "~", "[1]",
  ])
  func refusesNumbers(text: String) throws {
    let node = try value(text)
    let error = inputError { _ = try node.double() }
    #expect(error?.problem.hasPrefix("v is ") == true)
    #expect(error?.expected == "a finite number")
  }

  @Test func readsNumbers() throws {
    #expect(try value("-2.5e-3").double() == -0.0025)
    #expect(try value("-0.0").double().sign == .plus)
    #expect(try value("12").integer(in: 0...12) == 12)
    #expect(throws: InputError.self) { try value("12.5").integer(in: 0...20) }
    #expect(throws: InputError.self) { try value("13").integer(in: 0...12) }
    #expect(try value("0.20").decimal() == ExactDecimal(mantissa: 2, scale: 1))
    #expect(throws: InputError.self) { try value("0.12345678901234567").decimal() }
  }

  @Test(
    arguments: [
      ("1.5", Bounds.fraction, "f:1:4: v is 1.5, expected a number, 0 to 1"),
      ("0", .positive, "f:1:4: v is 0, expected a number, above 0"),
      ("-1", .notNegative, "f:1:4: v is -1, expected a number, 0 or more"),
      ("1", .notPositive, "f:1:4: v is 1, expected a number, 0 or less"),
      ("1", Bounds(0, 1, excludesUpper: true), "f:1:4: v is 1, expected a number, 0 to below 1"),
      ("x", Bounds(0, 1, excludesLower: true), "f:1:4: v is x, expected a number, above 0 to 1"),
      ("\"x\"", .any, "f:1:4: v is the text \"x\", expected a finite number"),
    ] as [(String, Bounds, String)])
  func namesTheRange(text: String, bounds: Bounds, message: String) throws {
    let node = try value(text)
    #expect(inputError { _ = try node.double(in: bounds) }?.description == message)
  }

  @Test func readsOtherValues() throws {
    #expect(try value("true").boolean())
    #expect(throws: InputError.self) { try value("yes").boolean() }
    #expect(throws: InputError.self) { try value("'true'").boolean() }
    #expect(try value("BTC+x_1.a-b").name() == "BTC+x_1.a-b")
    #expect(throws: InputError.self) { try value("-a").name() }
    #expect(throws: InputError.self) { try value("a b").name() }
    #expect(throws: InputError.self) { try value("a/../b").name() }
    #expect(throws: InputError.self) { try value(String(repeating: "a", count: 65)).name() }
    #expect(try value("8h").span() == TimeSpan(nanoseconds: 28_800_000_000_000))
    #expect(throws: InputError.self) { try value("0s").span(isPositive: true) }
    #expect(try value("2021-05-19").timestamp() == Timestamp(nanoseconds: 1_621_382_400_000_000_000))
    #expect(try value("'<='").choice(of: LiquidationRules.Comparator.self) == .lessOrEqual)
    let error = inputError { _ = try value("x").choice(of: LiquidationRules.Comparator.self) }
    #expect(error?.expected == "one of: <=, <")
  }

  @Test func refusesUnknownKeys() throws {
    let root = try Document.parse("floor: 0\nraet: 1", path: "f").root
    let error = inputError { _ = try root.mapping(keys: ["floor", "rate", "amount"]) }
    #expect(
      error?.description
        == "f:2:1: unknown key raet, expected one of: floor, rate, amount (did you mean rate?)")
    let reader = try root.mapping(keys: ["floor", "raet", "amount"])
    #expect(
      inputError { _ = try reader.required("amount") }?.description
        == "f:1:1: the document has no amount, expected the key amount")
    #expect(reader.optional("amount") == nil)
  }
}

@Suite struct DocumentPathTests {
  private let root = try? Document.parse(
    "a: {b.c: {d: [1, {e: 2}]}, b: {c: 5}}\nlist: [x, y]", path: "f"
  ).root

  private func set(_ path: String, _ text: String = "9") throws -> String {
    let place = Platform.SourceLocation(path: "study.yaml", line: 7, column: 3)
    return try #require(root).setting(path: path, to: .scalar(text, at: place)).json
  }

  @Test func replaces() throws {
    #expect(try set("a.b.c.d[1].e") == #"{"a":{"b.c":{"d":[1,{"e":9}]},"b":{"c":5}},"list":["x","y"]}"#)
    #expect(try set("a.b.c.d.0") == #"{"a":{"b.c":{"d":[9,{"e":2}]},"b":{"c":5}},"list":["x","y"]}"#)
    #expect(try set("list") == #"{"a":{"b.c":{"d":[1,{"e":2}]},"b":{"c":5}},"list":9}"#)
    #expect(try set("a.new") == #"{"a":{"b.c":{"d":[1,{"e":2}]},"b":{"c":5},"new":9},"list":["x","y"]}"#)
  }

  @Test(arguments: [
    ("b.c", "the document has no b"), ("list[2]", "list has no such item"), ("list[0", "not closed"),
    ("list.x", "list has no such item"), ("a.b.c.d[0].e", "holds no keys"), ("", "empty"),
    ("a.x.y", "a has no x"), ("a..b", "a has no"), ("list[99999999999999999999]", "no such item"),
  ])
  func refuses(path: String, says: String) throws {
    let error = inputError { _ = try set(path) }
    #expect(error?.location == Platform.SourceLocation(path: "study.yaml", line: 7, column: 3))
    #expect(error?.problem.contains(says) == true, "\(String(describing: error))")
  }

  @Test func suggests() {
    #expect(inputError { _ = try set("lits[0]") }?.expected == "one of: a, list (did you mean list?)")
  }
}
