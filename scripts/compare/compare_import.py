"""Imports a file of trades and reads it with polars, in turn, and holds the rows together; see
scripts/compare-import."""

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field

import polars as pl

from trades_file import make_trades

MOST_MEMORY = 256

# What polars does, in a process of its own: the seconds of the one call alone are printed.
READ = """
import sys, time
import polars
columns = {columns}
start = time.perf_counter()
frame = polars.read_csv(sys.argv[1], columns=columns)
print(time.perf_counter() - start)
"""
NEEDED = ["agg_trade_id", "price", "quantity", "transact_time"]

# A small process starts what is measured: the greatest memory of a process counts that of the one that started it.
MEASURE = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
# Both outputs are short, so the process never waits for somebody to read them.
_, status, usage = os.wait4(process.pid, 0)
seconds = time.perf_counter() - start
process.returncode = os.waitstatus_to_exitcode(status)
print(json.dumps([seconds, usage.ru_maxrss / 1024, process.returncode]))
print(process.stdout.read().decode() if process.returncode == 0 else process.stderr.read().decode(), end="")
"""


@dataclass
class Measured:
    """One of those that are compared: what each of its runs took, in seconds, and its greatest memory in MiB."""

    name: str
    command: list
    whole: list = field(default_factory=list)
    call: list = field(default_factory=list)
    memory: float = 0

    def run(self):
        result = subprocess.run(
            [sys.executable, "-S", "-c", MEASURE, *self.command], check=True, capture_output=True, text=True)
        figures, output = result.stdout.split("\n", 1)
        seconds, memory, status = json.loads(figures)
        if status != 0:
            sys.exit(f"{self.name} failed ({status}):\n{output}")
        self.whole.append(seconds)
        self.memory = max(self.memory, memory)
        return output


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    arguments.rows = arguments.rows or (20_000 if arguments.quick else 10_000_000)
    if arguments.quick:
        arguments.rounds = 1
    return arguments


def hold_rows_together(program, trades, ticks, rows):
    """Every time, price and size of the tick file is the one that polars reads."""
    exported = f"{ticks}.csv"
    Measured("ticks export", [program, "ticks", "export", ticks, "--nanoseconds", "--out", exported, "--force"]).run()
    ours = pl.read_csv(exported, columns=["time", "price", "size", "flags"])
    theirs = pl.read_csv(trades, columns=["price", "quantity", "transact_time"])
    os.unlink(exported)
    if ours.height != rows or theirs.height != rows:
        sys.exit(f"the file has {rows} rows, the tick file {ours.height}, polars reads {theirs.height}")
    both = {
        "time": theirs["transact_time"] * 1_000_000, "price": theirs["price"], "size": theirs["quantity"],
        "flags": pl.Series([0]).new_from_index(0, rows)}
    for name, values in both.items():
        wrong = (ours[name] != values).arg_true()
        if wrong.len() > 0:
            row = wrong[0]
            sys.exit(f"row {row + 1}: the {name} is {ours[name][row]} here, {values[row]} in polars")
    print(f"Both read the same {rows} rows: times, prices and sizes are equal.")


def print_table(rows, importing, readers):
    lines = [("", "seconds", "M rows/s", "MiB", "ratio to the import")]
    ours = statistics.median(importing.whole)
    for name, seconds, memory in (
        (importing.name, importing.whole, importing.memory),
        *((f"{one.name}, the call alone", one.call, one.memory) for one in readers),
        *((f"{one.name}, whole process", one.whole, one.memory) for one in readers),
    ):
        median = statistics.median(seconds)
        lines.append((name, f"{median:.3f}", f"{rows / median / 1e6:.1f}", f"{memory:.0f}", f"{median / ours:.2f}"))
    widths = [max(map(len, column)) for column in zip(*lines)]
    for first, *others in lines:
        cells = [first.ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(others, widths[1:])]
        print("  ".join(cells).rstrip())


def main():
    arguments = parse_arguments()
    program, folder = arguments.program, arguments.folder
    trades = make_trades(folder, arguments.rows)
    ticks = f"{folder}/trades.ticks.zst"
    importing = Measured(
        "MarginSweep, ticks import, whole process",
        [program, "ticks", "import", str(trades), "--out", ticks, "--force", "--progress", "never"])
    readers = [
        Measured("polars read_csv", [sys.executable, "-c", READ.format(columns=None), str(trades)]),
        Measured("polars read_csv of 4 columns", [sys.executable, "-c", READ.format(columns=NEEDED), str(trades)]),
    ]
    for number in range(1, arguments.rounds + 1):
        importing.run()
        for one in readers:
            one.call.append(float(one.run()))
        times = ", ".join(f"{one.name} {one.whole[-1]:.3f} s" for one in (importing, *readers))
        print(f"Round {number} of {arguments.rounds}: {times}", file=sys.stderr, flush=True)
    hold_rows_together(program, trades, ticks, arguments.rows)
    if importing.memory > MOST_MEMORY:
        sys.exit(f"the import took {importing.memory:.0f} MiB, at most {MOST_MEMORY} were promised")
    if arguments.quick:
        return
    size = os.path.getsize(trades)
    print(
        f"{size / 1e6:.0f} MB of aggregated trades, polars {pl.__version__} on {pl.thread_pool_size()} threads. "
        f"Medians of {arguments.rounds} interleaved runs;\nthe tick file of {os.path.getsize(ticks) / 1e6:.1f} MB is "
        "checked, compressed and on disk when the import ends.\n")
    print_table(arguments.rows, importing, readers)


if __name__ == "__main__":
    main()
