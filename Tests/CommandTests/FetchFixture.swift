import Support
import Testing

/// A folder with an archive of a few files, a server for it, and the script that downloads from there.
struct FetchFixture {
  let sandbox: Sandbox

  /// A server on a free port, which it writes to `port`. It notes each request in `requests`.
  ///
  /// Where a file has a `.cut` beside it, the connection breaks after so many bytes of the file; with a file
  /// `whole` in the folder it ignores ranges.
  private static let server = """
    import http.server, os, re
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *arguments):
            pass
        def do_GET(self):
            wanted = self.headers.get("Range", "")
            with open("requests", "a") as log:
                log.write(f"{os.path.basename(self.path)} {wanted}\\n")
            path = "." + self.path
            if not os.path.isfile(path):
                return self.send_error(404)
            data = open(path, "rb").read()
            match = re.fullmatch(r"bytes=(\\d+)-", wanted)
            start = int(match[1]) if match and not os.path.exists("whole") else 0
            if start >= len(data):
                return self.send_error(416)
            end = len(data)
            if os.path.exists(path + ".cut"):
                end = max(start, int(open(path + ".cut").read()))
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            self.wfile.write(data[start:end])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with open("port.part", "w") as port:
        port.write(str(server.server_address[1]))
    os.rename("port.part", "port")
    server.serve_forever()
    """

  /// Packs a table as the archive does, with its checksum beside it.
  private static let pack = """
    import hashlib, os, sys, zipfile
    path = sys.argv[1]
    os.makedirs(os.path.dirname(path), exist_ok=True)
    name = os.path.basename(path)
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(name[:-4] + ".csv", sys.stdin.read())
    with open(path + ".CHECKSUM", "w") as checksum:
        checksum.write(hashlib.sha256(open(path, "rb").read()).hexdigest() + "  " + name + "\\n")
    """

  static let day18 = "data/futures/um/daily/aggTrades/BTCUSDT/BTCUSDT-aggTrades-2024-10-18.zip"
  static let day19 = "data/futures/um/daily/aggTrades/BTCUSDT/BTCUSDT-aggTrades-2024-10-19.zip"

  /// Two days of trades of two and three rows, and the month's funding rates.
  init() throws {
    sandbox = try Sandbox()
    try sandbox.write("server.py", Self.server)
    try sandbox.write("pack.py", Self.pack)
    let header = "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n"
    try add(
      Self.day18, header + "1,67000.1,0.5,1,1,1729209600500,true\n2,67001.2,0.1,2,3,1729209601500,false\n")
    try add(
      Self.day19,
      header + "3,68000,1,4,4,1729296000500,true\n4,68001,2,5,5,1729296001500,true\n"
        + "5,67999.9,1,6,6,1729296002500,false\n")
    try add(
      "data/futures/um/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2024-10.zip",
      "calc_time,funding_interval_hours,last_funding_rate\n1729209600000,8,0.00010000\n")
  }

  /// Puts a packed table into the archive.
  func add(_ path: String, _ table: String) throws {
    try sandbox.write("table.csv", table)
    let packed = try sandbox.bash("python3 pack.py '\(path)' <table.csv")
    #expect(packed.status == 0, "\(packed.stderr)")
  }

  /// Runs the script with some options and the server beside it.
  func fetch(_ options: String) throws -> BinaryResult {
    try sandbox.bash(
      """
      rm -f port
      python3 server.py >/dev/null 2>&1 & server=$!
      # The signals of a test may be blocked, all but this one.
      trap 'kill -KILL "$server"' EXIT
      until [ -s port ]; do kill -0 "$server" || exit 99; sleep 0.02; done
      FETCH_PAUSE=0 '\(repositoryRoot)/scripts/fetch-binance' --url "http://127.0.0.1:$(cat port)/data" \
        --folder files --program "$program" --symbol BTCUSDT \(options)
      exit "$?"
      """)
  }

  /// The files that were downloaded, sorted.
  func downloaded() throws -> [String] {
    let found = try sandbox.bash("[ ! -d files ] || find files -type f | LC_ALL=C sort")
    return found.stdout.split(separator: "\n").map(String.init)
  }
}

/// Whether this machine has what downloads and the server need.
let canFetch: Bool = {
  let line = "command -v curl && command -v sha256sum && python3 -c 'import http.server, zipfile'"
  return (try? runProgram("/usr/bin/env", ["bash", "-c", line]).status) == 0
}()
