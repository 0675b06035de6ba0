"""The NumPy side of scripts/compare-numpy: equity and maintenance margin of all accounts, instant by instant.

Both sides replay the same ticks against the same book and count the tests of accounts that are still open. The loop
does what a person would write: arrays over accounts, a Python loop over instants. Accounts that are liquidated are
dropped from the arrays now and then, so that neither side works for them.
"""

import csv
import json
import statistics
import subprocess
import sys
import time

import numpy as np

ROUNDS = 3


def program_output(program, *arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


def read_book(path, instruments):
    """Balances (USDT) and, by account and instrument, quantities (units) and entry prices."""
    balances, quantities, entries = [], [], []
    with open(path) as lines:
        for line in lines:
            account = json.loads(line)
            balances.append(account["balances"]["USDT"])
            quantity, entry = [0.0] * len(instruments), [0.0] * len(instruments)
            for position in account["positions"]:
                place = instruments.index(position["instrument"])
                quantity[place] = position["quantity"]
                entry[place] = position["entry"]
            quantities.append(quantity)
            entries.append(entry)
    return np.array(balances), np.array(quantities), np.array(entries)


def read_instants(text, instruments, start, end):
    """Marks by instant and instrument, and the funding rates that are settled at an instant."""
    marks, rates = [], []
    prices = [np.nan] * len(instruments)
    current, pending = None, {}
    for row in csv.DictReader(text.splitlines()):
        when = int(row["time"])
        if when >= end:
            break
        if current is not None and when != current:
            if current >= start:
                marks.append(list(prices))
                rates.append(pending)
            pending = {}
        current = when
        place = instruments.index(row["symbol"])
        if row["kind"] == "funding":
            pending[place] = float(row["price"])
        else:
            prices[place] = float(row["price"])
    if current is not None and current >= start:
        marks.append(list(prices))
        rates.append(pending)
    return np.array(marks), rates


def replay(marks, rates, balances, quantities, entries, brackets):
    """Liquidated accounts, tests made, seconds."""
    balance = balances.copy()
    quantity = [np.ascontiguousarray(column) for column in quantities.T]
    entry = [np.ascontiguousarray(column) for column in entries.T]
    size = [np.abs(column) for column in quantity]
    is_open = np.ones(len(balance), dtype=bool)
    liquidated = checks = 0
    began = time.perf_counter()
    # At the first instant accounts open; their test there is part of the opening, on both sides.
    for instant in range(1, len(marks)):
        price = marks[instant]
        for place, rate in rates[instant].items():
            balance -= quantity[place] * price[place] * rate
        equity = balance.copy()
        maintenance = np.zeros_like(equity)
        for place, (floors, rate, amount) in enumerate(brackets):
            equity += quantity[place] * (price[place] - entry[place])
            notional = size[place] * price[place]
            row = np.maximum(np.searchsorted(floors, notional, side="left") - 1, 0)
            maintenance += notional * rate[row] - amount[row]
        checks += int(np.count_nonzero(is_open))
        hits = is_open & (equity <= maintenance)
        if hits.any():
            liquidated += int(np.count_nonzero(hits))
            is_open &= ~hits
            if np.count_nonzero(is_open) < 0.95 * len(is_open):
                balance = balance[is_open]
                quantity = [column[is_open] for column in quantity]
                entry = [column[is_open] for column in entry]
                size = [column[is_open] for column in size]
                is_open = is_open[is_open]
    return liquidated, checks, time.perf_counter() - began


def sweep(program, folder, threads):
    """Liquidated accounts, tests made, seconds of the simulation."""
    run = f"{folder}/run-{threads or 'all'}"
    options = ["--threads", str(threads)] if threads else []
    program_output(program, "sweep", f"{folder}/book.yaml", "--out", run, "--force",
                   "--engine", "dense", *options)
    with open(f"{run}/manifest.json") as file:
        manifest = json.load(file)
    with open(f"{run}/points.csv") as file:
        point = next(csv.DictReader(file))
    seconds = manifest["timings"]["simulation_seconds"]
    return int(point["liquidated_accounts"]), manifest["counts"]["account_checks"], seconds


def main():
    program, folder = sys.argv[1:]
    program_output(
        program, "accounts", f"{folder}/study.yaml", "--point", "0", "--out", f"{folder}/book.jsonl", "--force")
    with open(f"{folder}/book.yaml", "w") as file:
        file.write(
            "name: compare-book\nticks: [btc.ticks.zst, eth.ticks.zst, bnb.ticks.zst]\n"
            "window: {from: 2021-05-18T00:00:00Z, to: 2021-05-20T00:00:00Z}\nmark: trade\n"
            "venue: binance-usdm-single-2021\npopulation: {book: book.jsonl}\n")
    instruments = ["BTCUSDT", "ETHUSDT", "BNBUSDT"]
    venue = json.loads(program_output(program, "venue", "show", "binance-usdm-single-2021", "--json"))
    brackets = []
    for name in instruments:
        rows = venue["instruments"][name]["brackets"]
        brackets.append(tuple(np.array([float(row[key]) for row in rows]) for key in ("floor", "rate", "amount")))
    files = [f"{folder}/{coin}.ticks.zst" for coin in ("btc", "eth", "bnb")]
    text = program_output(program, "ticks", "export", "--nanoseconds", *files)
    day = 86_400 * 10**9
    start = 1_621_296_000 * 10**9
    marks, rates = read_instants(text, instruments, start, start + 2 * day)
    balances, quantities, entries = read_book(f"{folder}/book.jsonl", instruments)
    print(f"{len(balances)} cross accounts, {len(instruments)} instruments, {len(marks)} instants, NumPy {np.__version__}")

    runs = {"dense, 1 thread": [], "dense, all cores": [], "NumPy": []}
    for _ in range(ROUNDS):
        runs["dense, 1 thread"].append(sweep(program, folder, 1))
        runs["dense, all cores"].append(sweep(program, folder, None))
        runs["NumPy"].append(replay(marks, rates, balances, quantities, entries, brackets))
    speed = {}
    for name, results in runs.items():
        speed[name] = statistics.median(checks / seconds for _, checks, seconds in results)
        liquidated, checks, _ = results[0]
        print(f"{name:17} {speed[name] / 1e6:9.1f} M account-checks/s   {checks} checks, {liquidated} liquidated")
    for name in list(runs)[:2]:
        print(f"{name} over NumPy: {speed[name] / speed['NumPy']:.1f}")
    if len({results[0][:2] for results in runs.values()}) != 1:
        sys.exit("the two sides disagree on checks or liquidated accounts")


if __name__ == "__main__":
    main()
