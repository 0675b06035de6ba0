"""Numba with fastmath: a stretch of instants at a time for each account of a block, on one thread or on all.

A loop that ends at a hit is not vectorised. So a stretch is first searched for any equity within a rounding of
the maintenance margin, in whatever order fastmath likes; where there is one, the stretch is decided in the
program's order, so that answers do not differ by rounding.
"""

import time

import numpy as np
from numba import njit, prange

# Instants of a stretch: three columns of marks stay in the L1 cache.
STRETCH = 1024
# Accounts that share a stretch before the next one is fetched from memory, and that a thread takes at a time.
BLOCK = 128
# How near equity must come to be decided, as a share of what is added up: far above any rounding.
DOUBT = 1e-9


@njit
def first_hit(marks, begin, end, balance, quantity, entry, rates, amounts, rows):
    """The first instant of a stretch at which equity <= maintenance margin, in the program's order; or -1."""
    for instant in range(begin, end):
        pnl = 0.0
        maintenance = 0.0
        for place in range(len(rows)):
            price = marks[place, instant]
            pnl += quantity[place] * (price - entry[place])
            notional = abs(quantity[place]) * price
            largest = 0.0
            for row in range(rows[place]):
                margin = notional * rates[place, row] - amounts[place, row]
                if margin > largest:
                    largest = margin
            maintenance += largest
        if balance + pnl <= maintenance:
            return instant
    return -1


@njit(fastmath=True)
def is_near_plain(marks, begin, end, balance, quantity, entry, rates, amounts, rows, slack, largest):
    """Whether equity comes near the largest of all bracket lines; `slack` and `largest` are space for it."""
    count = end - begin
    scale = abs(balance)
    for k in range(count):
        slack[k] = balance
    for place in range(len(rows)):
        prices = marks[place, begin:end]
        held, paid = quantity[place], entry[place]
        scale += abs(held) * paid
        for k in range(count):
            largest[k] = 0.0
        for row in range(rows[place]):
            slope, amount = abs(held) * rates[place, row], amounts[place, row]
            for k in range(count):
                margin = slope * prices[k] - amount
                largest[k] = margin if margin > largest[k] else largest[k]
        for k in range(count):
            slack[k] += held * (prices[k] - paid) - largest[k]
    limit = DOUBT * scale
    near = 0
    for k in range(count):
        near |= slack[k] <= limit
    return near != 0


@njit(fastmath=True)
def line(low, high, quantity, entry, floors, rates, amounts):
    """Slope and constant of a position's profit less its margin; whether one row holds between two prices."""
    size = abs(quantity)
    row = 0
    while size * low > floors[row + 1]:
        row += 1
    return quantity - size * rates[row], amounts[row] - quantity * entry, size * high <= floors[row + 1]


@njit(fastmath=True)
def is_near_tuned(
    marks, begin, end, lows, highs, balance, quantity, entry, floors, rates, amounts, rows, slack, largest
):
    """The same with one line for all instruments where no notional changes its bracket."""
    first, x, holds_x = line(lows[0], highs[0], quantity[0], entry[0], floors[0], rates[0], amounts[0])
    second, y, holds_y = line(lows[1], highs[1], quantity[1], entry[1], floors[1], rates[1], amounts[1])
    third, z, holds_z = line(lows[2], highs[2], quantity[2], entry[2], floors[2], rates[2], amounts[2])
    if not (holds_x and holds_y and holds_z):
        return is_near_plain(marks, begin, end, balance, quantity, entry, rates, amounts, rows, slack, largest)
    limit = DOUBT * (abs(balance) + abs(x) + abs(y) + abs(z)) - (balance + x + y + z)
    a, b, c = marks[0, begin:end], marks[1, begin:end], marks[2, begin:end]
    near = 0
    for k in range(end - begin):
        near |= first * a[k] + second * b[k] + third * c[k] <= limit
    return near != 0


def compiled_plain(parallel):
    @njit(fastmath=True, parallel=parallel)
    def search(marks, lows, highs, balance, quantity, entry, floors, rates, amounts, rows):
        hits = np.full(len(balance), -1)
        for block in prange((len(balance) + BLOCK - 1) // BLOCK):
            slack, largest = np.empty(STRETCH), np.empty(STRETCH)
            accounts = range(block * BLOCK, min(block * BLOCK + BLOCK, len(balance)))
            for begin in range(1, marks.shape[1], STRETCH):
                end = min(begin + STRETCH, marks.shape[1])
                for account in accounts:
                    funds, held, paid = balance[account], quantity[account], entry[account]
                    if hits[account] < 0 and is_near_plain(
                        marks, begin, end, funds, held, paid, rates, amounts, rows, slack, largest
                    ):
                        hits[account] = first_hit(
                            marks, begin, end, funds, held, paid, rates, amounts, rows)
        return hits

    return search


def compiled_tuned(parallel):
    @njit(fastmath=True, parallel=parallel)
    def search(marks, lows, highs, balance, quantity, entry, floors, rates, amounts, rows):
        hits = np.full(len(balance), -1)
        for block in prange((len(balance) + BLOCK - 1) // BLOCK):
            slack, largest = np.empty(STRETCH), np.empty(STRETCH)
            accounts = range(block * BLOCK, min(block * BLOCK + BLOCK, len(balance)))
            for stretch in range(len(lows)):
                begin = 1 + stretch * STRETCH
                end = min(begin + STRETCH, marks.shape[1])
                low, high = lows[stretch], highs[stretch]
                for account in accounts:
                    funds, held, paid = balance[account], quantity[account], entry[account]
                    if hits[account] < 0 and is_near_tuned(
                        marks, begin, end, low, high, funds, held, paid, floors, rates, amounts, rows, slack,
                        largest,
                    ):
                        hits[account] = first_hit(
                            marks, begin, end, funds, held, paid, rates, amounts, rows)
        return hits

    return search


FORMS = {"plain": compiled_plain, "tuned": compiled_tuned}


def replayer(compiled, parallel):
    """A function from a world to the first hits and the seconds, compiled before it is timed."""
    search = compiled(parallel)

    def replay(world):
        book = (world.balance, np.ascontiguousarray(world.quantity.T), np.ascontiguousarray(world.entry.T))
        tables = world.bracket_tables()
        warm = np.ascontiguousarray(world.marks[:, :2])
        search(warm, *price_ranges(warm), *book, *tables)
        began = time.perf_counter()
        hits = search(world.marks, *price_ranges(world.marks), *book, *tables)
        return hits, time.perf_counter() - began

    return replay


def price_ranges(marks):
    """Lowest and highest marks as [stretch, instrument]; the first instant, at which accounts open, is in none."""
    begins = np.arange(1, marks.shape[1], STRETCH)
    later = marks[:, 1:]
    return (
        np.ascontiguousarray(function.reduceat(later, begins - 1, axis=1).T)
        for function in (np.minimum, np.maximum)
    )
