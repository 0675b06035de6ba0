"""NumPy: vectors over the open accounts, instant by instant. Liquidated accounts leave the vectors at once.

The arithmetic is the program's, in its order, so that answers do not differ by rounding. The margin of the row
that holds the notional and the largest margin of all rows are one number, up to rounding at a bracket's edge.
"""

import time

import numpy as np


def replay_plain(world):
    """Maintenance margin as the largest of all bracket lines: faster than looking rows up (`searchsorted`)."""
    book = Book(world)
    began = time.perf_counter()
    for instant in range(1, world.instants):
        pnl, maintenance = np.zeros((2, len(book.balance)))
        for place, (_, rates, amounts) in enumerate(world.brackets):
            price = world.marks[place, instant]
            pnl += book.quantity[place] * (price - book.entry[place])
            notional = book.size[place] * price
            largest = np.zeros(len(notional))
            for rate, amount in zip(rates, amounts):
                margin = notional * rate
                margin -= amount
                np.maximum(largest, margin, out=largest)
            maintenance += largest
        book.close(book.balance + pnl <= maintenance, instant)
    return book.first, time.perf_counter() - began


def replay_tuned(world):
    """Each position keeps its bracket's row, which is looked up only when its notional leaves the bracket."""
    book = Book(world)
    began = time.perf_counter()
    for instant in range(1, world.instants):
        pnl, maintenance = book.scratch
        for place in range(len(world.instruments)):
            price = world.marks[place, instant]
            rows = book.rows[place]
            np.multiply(book.size[place], price, out=rows.margin)
            rows.refresh()
            rows.margin *= rows.rate
            rows.margin -= rows.amount
            np.subtract(price, book.entry[place], out=rows.gain)
            rows.gain *= book.quantity[place]
            if place == 0:
                pnl[:], maintenance[:] = rows.gain, rows.margin
            else:
                pnl += rows.gain
                maintenance += rows.margin
        pnl += book.balance
        book.close(pnl <= maintenance, instant)
    return book.first, time.perf_counter() - began


class Book:
    """The open accounts, and the instants of the first liquidations."""

    def __init__(self, world):
        self.first = np.full(world.accounts, -1)
        self.numbers = np.arange(world.accounts)
        self.balance = world.balance.copy()
        self.quantity, self.entry = list(world.quantity), list(world.entry)
        self.size = [np.abs(column) for column in self.quantity]
        self.rows = [BracketRows(table, world.accounts) for table in world.brackets]
        self.scratch = np.empty((2, world.accounts))

    def close(self, hits, instant):
        if not hits.any():
            return
        self.first[self.numbers[hits]] = instant
        left = ~hits
        self.numbers, self.balance = self.numbers[left], self.balance[left]
        self.quantity, self.entry, self.size = (
            [column[left] for column in columns] for columns in (self.quantity, self.entry, self.size))
        for rows in self.rows:
            rows.keep(left)
        self.scratch = np.empty((2, len(self.balance)))


class BracketRows:
    """The bracket that each account's position of one instrument is in. `margin` starts as its notional."""

    def __init__(self, table, accounts):
        self.floors, self.rates, self.amounts = table
        self.tops = np.append(self.floors[1:], np.inf)
        self.rate, self.amount = np.zeros((2, accounts))
        self.floor, self.top = np.full(accounts, np.inf), np.full(accounts, -np.inf)
        self.allocate(accounts)

    def allocate(self, accounts):
        self.margin, self.gain = np.empty((2, accounts))
        self.below, self.above = np.empty((2, accounts), dtype=bool)

    def refresh(self):
        np.less_equal(self.margin, self.floor, out=self.below)
        np.greater(self.margin, self.top, out=self.above)
        self.below |= self.above
        if self.below.any():
            left = np.flatnonzero(self.below)
            row = np.maximum(np.searchsorted(self.floors, self.margin[left], side="left") - 1, 0)
            self.rate[left], self.amount[left] = self.rates[row], self.amounts[row]
            self.floor[left], self.top[left] = self.floors[row], self.tops[row]

    def keep(self, left):
        self.rate, self.amount, self.floor, self.top = (
            column[left] for column in (self.rate, self.amount, self.floor, self.top))
        self.allocate(len(self.rate))
