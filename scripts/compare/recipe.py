"""What is compared on: people who opened in the morning of the crash, and the ticks of its worst hour.

The program itself makes both. The people are drawn on the calm ticks of 06:00 and meet the market again at 12:30,
when it has fallen for hours: some of them stand right before their liquidation, so that even a few seconds of
ticks liquidate somebody. Those who would not have lived until then are left out. There is no funding, so an
account's state is what it was at its opening until it is liquidated.
"""

from pathlib import Path

INSTRUMENTS = ("BTCUSDT", "ETHUSDT", "BNBUSDT")
VENUE = "binance-usdm-single-2021"
SCENARIO = ("--scenario", "crash-2021-05-19", "--no-mark", "--no-funding", "--force", "--progress", "never")
# At this many trades a second of each instrument and tick in all, the ticks last from 12:29 to about 13:10.
TRADES_PER_TICK = 3.3e-5
# Of those who are drawn about a tenth is rejected or would not live until 12:30.
DRAWN_PER_ACCOUNT = 1.25

DRAWN_STUDY = """\
name: compare-drawn
ticks: [morning.ticks.zst]
window: {{from: 2021-05-19T06:01:00Z, to: 2021-05-19T06:10:00Z}}
mark: trade
venue: {venue}
population:
  accounts: {drawn}
  seed: 7
  cohorts:
    - name: cross
      mode: cross
      equity: {{lognormal: {{median: 10000, sigma: 1.2}}}}
      collateral: {{USDT: 1}}
      leverage: {{uniform: {{low: 1, high: 12}}}}
      positions: {{random: 3, long: 0.6}}
"""
BOOK_STUDY = """\
name: compare
ticks: [crash.ticks.zst]
window: {{from: 2021-05-19T12:30:00Z, to: 2021-05-20T00:00:00Z}}
mark: trade
venue: {venue}
population: {{book: {book}}}
"""
# The start of the window above, in ns since 1970.
WINDOW_START = 1_621_427_400 * 10**9


def make_inputs(program, folder, accounts, ticks):
    """Writes crash.ticks.zst, crash.csv, book.jsonl and study.yaml; the number of accounts is exact."""
    folder = Path(folder)
    program.output(
        "ticks", "generate", *SCENARIO, "--from", "2021-05-19T06:00:00Z", "--duration", "10m",
        "--out", folder / "morning.ticks.zst")
    program.output(
        "ticks", "generate", *SCENARIO, "--from", "2021-05-19T12:29:00Z", "--ticks", ticks, "--step", "100ms",
        "--rate", ticks * TRADES_PER_TICK, "--out", folder / "crash.ticks.zst")
    crash = folder / "crash.ticks.zst"
    program.output("ticks", "export", crash, "--nanoseconds", "--out", folder / "crash.csv", "--force")
    make_book(program, folder, accounts)
    (folder / "study.yaml").write_text(BOOK_STUDY.format(venue=VENUE, book="book.jsonl"))


def make_book(program, folder, accounts):
    """Draws people and keeps the first ones who can still open at the start of the window."""
    drawn = int(accounts * DRAWN_PER_ACCOUNT) + 10
    studies = {
        "drawn": DRAWN_STUDY.format(venue=VENUE, drawn=drawn),
        "alive": BOOK_STUDY.format(venue=VENUE, book="drawn.jsonl"),
    }
    for name, study in studies.items():
        (folder / f"{name}.yaml").write_text(study)
        book = folder / f"{name}.jsonl"
        program.output("accounts", folder / f"{name}.yaml", "--point", 0, "--out", book, "--force")
    alive = (folder / "alive.jsonl").read_text().splitlines(keepends=True)
    if len(alive) < accounts:
        raise SystemExit(f"only {len(alive)} of {drawn} accounts can open, {accounts} are wanted")
    (folder / "book.jsonl").write_text("".join(alive[:accounts]))
