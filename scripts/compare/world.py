"""The inputs in memory, as every competitor gets them."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class World:
    """Arrays by instrument come instrument first. Prices and balances are in USDT, quantities in units."""

    instruments: tuple
    brackets: list  # (floors, rates, amounts) of each instrument
    names: list  # of the accounts
    balance: np.ndarray  # [account]
    quantity: np.ndarray  # [instrument, account], negative: short
    entry: np.ndarray  # [instrument, account]
    times: np.ndarray  # [instant], ns since 1970
    marks: np.ndarray  # [instrument, instant]

    @property
    def accounts(self):
        return len(self.names)

    @property
    def instants(self):
        return len(self.times)

    def part(self, instants, accounts=None):
        """The first instants, and the accounts at these places (all where none are given)."""
        places = np.arange(self.accounts) if accounts is None else accounts
        return replace(
            self, names=[self.names[place] for place in places], balance=self.balance[places],
            quantity=np.ascontiguousarray(self.quantity[:, places]),
            entry=np.ascontiguousarray(self.entry[:, places]), times=self.times[:instants],
            marks=np.ascontiguousarray(self.marks[:, :instants]))

    def bracket_tables(self):
        """Floors, rates and amounts as [instrument, row], and the number of rows of each instrument.

        The floor after the last row is infinite.
        """
        rows = np.array([len(floors) for floors, _, _ in self.brackets])
        shape = (len(rows), rows.max() + 1)
        floors, rates, amounts = np.full(shape, np.inf), np.zeros(shape), np.zeros(shape)
        for place, (floor, rate, amount) in enumerate(self.brackets):
            floors[place, : rows[place]] = floor
            rates[place, : rows[place]] = rate
            amounts[place, : rows[place]] = amount
        return floors, rates, amounts, rows


def read_world(program, folder, recipe):
    names, balance, quantity, entry = read_book(Path(folder) / "book.jsonl", recipe.INSTRUMENTS)
    times, marks = read_instants(Path(folder) / "crash.csv", recipe.INSTRUMENTS, recipe.WINDOW_START)
    brackets = program.brackets(recipe.VENUE, recipe.INSTRUMENTS)
    return World(recipe.INSTRUMENTS, brackets, names, balance, quantity, entry, times, marks)


def read_book(path, instruments):
    """Names, balances, and quantities and entry prices by instrument; no position is a quantity of 0."""
    with open(path) as lines:
        book = [json.loads(line) for line in lines]
    balance = np.array([account["balances"]["USDT"] for account in book])
    quantity, entry = np.zeros((2, len(instruments), len(book)))
    for number, account in enumerate(book):
        for position in account["positions"]:
            place = instruments.index(position["instrument"])
            quantity[place, number] = position["quantity"]
            entry[place, number] = position["entry"]
    return [account["account"] for account in book], balance, quantity, entry


def read_instants(path, instruments, start):
    """Times and marks of the instants from `start` on; the last prices before it carry in."""
    columns = [("time", np.int64), ("symbol", "U8"), ("price", np.float64)]
    rows = np.loadtxt(path, delimiter=",", skiprows=1, usecols=(0, 1, 3), dtype=columns)
    series = np.zeros(len(rows), dtype=np.int8)
    for place, name in enumerate(instruments):
        series[rows["symbol"] == name] = place
    last = np.flatnonzero(np.append(instant_starts(rows["time"], series)[1:], True))
    numbers = np.arange(len(rows))
    marks = np.empty((len(instruments), len(last)))
    for place in range(len(instruments)):
        newest = np.maximum.accumulate(np.where(series == place, numbers, -1))[last]
        marks[place] = np.where(newest >= 0, rows["price"][newest], np.nan)
    times = rows["time"][last]
    kept = times >= start
    return times[kept], np.ascontiguousarray(marks[:, kept])


def instant_starts(times, series):
    """Whether a row starts an instant: the longest run of rows of one time in which no series repeats."""
    starts = np.append(True, times[1:] != times[:-1])
    rows = np.arange(len(times))
    time_start = np.maximum.accumulate(np.where(starts, rows, 0))
    before = np.full(len(times), -1)  # the last row of the same series
    for place in np.unique(series):
        own = rows[series == place]
        before[own[1:]] = own[:-1]
    start = -1
    repeats = np.flatnonzero(before >= time_start)
    for row, same in zip(repeats.tolist(), before[repeats].tolist()):
        if same >= start:
            starts[row] = True
            start = row
    return starts
