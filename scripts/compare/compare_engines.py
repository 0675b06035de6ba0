"""Runs everybody on the same world, holds the answers together, prints the table; see scripts/compare-engines."""

import argparse
import statistics
import sys

import recipe
from agreement import Agreement
from competitor import all_competitors, count, quick_competitors, thread_counts
from program import Program
from table import Row, print_table, print_versions
from world import read_world


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--accounts", type=int)
    parser.add_argument("--ticks", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    defaults = (300, 30_000) if arguments.quick else (10_000, 10_000_000)
    arguments.accounts = arguments.accounts or defaults[0]
    arguments.ticks = arguments.ticks or defaults[1]
    return arguments


class Engines:
    """The program's own engines: each sweeps the whole input, on one thread and on all cores."""

    def __init__(self, program, folder, threads):
        self.program, self.folder = program, folder
        self.seconds = {(engine, number): [] for engine in ("dense", "pruned") for number in threads}

    def sweeps(self):
        """One sweep of each engine: its name and what it found."""
        for (engine, threads), seconds in self.seconds.items():
            out = f"{self.folder}/run-{engine}-{threads}"
            sweep = self.program.sweep(f"{self.folder}/study.yaml", out, engine, threads)
            seconds.append(sweep.seconds)
            yield self.name(engine, threads), sweep

    def rows(self, part):
        for (engine, threads), seconds in self.seconds.items():
            yield Row(self.name(engine, threads), True, part, statistics.median(seconds))

    @staticmethod
    def name(engine, threads):
        return f"MarginSweep {engine}, {count(threads)}"


def say(text):
    print(text, file=sys.stderr, flush=True)


def run_rounds(rounds, world, engines, everyone):
    """Runs all in turn, so often. The agreement, and what each competitor did."""
    agreement, parts = None, {}
    for number in range(1, rounds + 1):
        for name, sweep in engines.sweeps():
            say(f"Round {number} of {rounds}: {name}, {sweep.seconds:.3f} s")
            agreement = agreement or Agreement(world, sweep)
            agreement.hold_sweep(name, sweep)
        for competitor in everyone:
            parts[competitor.name] = agreement.run(competitor)
            say(f"Round {number} of {rounds}: {competitor.name}, {competitor.seconds[-1]:.3f} s")
    return agreement, parts


def main():
    arguments = parse_arguments()
    program, folder, quick = Program(arguments.program), arguments.folder, arguments.quick
    recipe.make_inputs(program, folder, arguments.accounts, arguments.ticks)
    world = read_world(program, folder, recipe)
    everyone = (quick_competitors if quick else all_competitors)(folder, world)
    engines = Engines(program, folder, (1,) if quick else thread_counts())
    rounds = 1 if quick else arguments.rounds
    agreement, parts = run_rounds(rounds, world, engines, everyone)

    whole = agreement.part(range(world.accounts), world.instants)
    print(
        f"All agree with the program, account by account: {whole.accounts} cross accounts, {whole.hits} "
        f"liquidated, {len(world.instruments)} instruments, {whole.instants} instants.")
    if quick:
        return
    print_versions(agreement.sweep.kernel)
    print(
        f"Medians of {rounds} interleaved runs. MarginSweep's seconds are its simulation, with reading and "
        "decoding the tick file;\nthe others have all inputs in memory before their time begins.\n")
    rows = [Row(one.name, False, parts[one.name], statistics.median(one.seconds)) for one in everyone]
    baselines = {"to NumPy, plain": "NumPy, plain", "to dense, 1 thread": engines.name("dense", 1)}
    print_table([*rows, *engines.rows(whole)], baselines)


if __name__ == "__main__":
    main()
