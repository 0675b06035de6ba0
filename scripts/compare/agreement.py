"""Holds every answer to the program's, account by account, and counts the account-checks that were made."""

import sys
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Part:
    """What a competitor really did."""

    accounts: int
    instants: int
    hits: int
    checks: int


class Agreement:
    """The program's first run as instants: `first` is that of each account's first liquidation, or -1."""

    def __init__(self, world, sweep):
        self.world, self.sweep = world, sweep
        self.first = np.full(world.accounts, -1)
        places = {name: place for place, name in enumerate(world.names)}
        for name, liquidation in sweep.liquidations.items():
            self.first[places[name]] = self.instant(name, liquidation)
        everything = self.part(np.arange(world.accounts), world.instants)
        if everything.hits == 0:
            sys.exit("nobody is liquidated: there is nothing to agree on")
        if (sweep.instants, sweep.checks) != (everything.instants, everything.checks):
            sys.exit(
                f"the program counts {sweep.instants} instants and {sweep.checks} account-checks, "
                f"the input has {everything.instants} and {everything.checks}")

    def instant(self, name, liquidation):
        """The instant of a liquidation. Where several have its time, the marks tell it.

        With the marks of all that an account holds its state is the same, so it is the first one with them.
        """
        world, time = self.world, liquidation.time
        begin, end = np.searchsorted(world.times, (time, time + 1))
        marks = [(world.instruments.index(name), mark) for name, mark in liquidation.marks.items()]
        for instant in range(begin, end):
            if all(world.marks[place, instant] == mark for place, mark in marks):
                return instant
        sys.exit(f"account {name} is liquidated at {time} ns, at marks that are no instant's of the input")

    def part(self, places, instants):
        """A check is a test of an open account after the first instant, at which all open."""
        first = self.first[places]
        is_hit = (first >= 0) & (first < instants)
        checks = int(np.where(is_hit, first, instants - 1).sum())
        return Part(len(places), instants, int(np.count_nonzero(is_hit)), checks)

    def hold_sweep(self, name, sweep):
        """Another engine or number of threads."""
        mine = self.sweep
        if (sweep.liquidations, sweep.checks) != (mine.liquidations, mine.checks):
            sys.exit(f"{name} does not agree with the program's first run")

    def run(self, competitor):
        """Runs a competitor, notes its seconds, and ends the comparison where it does not agree."""
        instants = min(competitor.instants, self.world.instants)
        places = self.places(competitor.accounts, instants)
        first, seconds = competitor.replay(self.world.part(instants, places))
        expected = np.where(self.first[places] < instants, self.first[places], -1)
        wrong = np.flatnonzero(first != expected)
        if len(wrong) > 0:
            number = wrong[0]
            sys.exit(
                f"{competitor.name} does not agree on {len(wrong)} accounts; the first is "
                f"{self.world.names[places[number]]}: liquidated at instant {first[number]}, "
                f"by the program at {expected[number]} (-1: never)")
        competitor.seconds.append(seconds)
        return self.part(places, instants)

    def places(self, accounts, instants):
        """All accounts; or so many, of which those come first that are liquidated within the instants."""
        everybody = np.arange(self.world.accounts)
        if accounts is None or accounts >= len(everybody):
            return everybody
        is_hit = (self.first >= 0) & (self.first < instants)
        return np.sort(np.concatenate((everybody[is_hit], everybody[~is_hit]))[:accounts])
