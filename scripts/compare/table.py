"""The printed table."""

import importlib
import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass

from agreement import Part


@dataclass(frozen=True)
class Row:
    name: str
    reads_file: bool
    part: Part
    seconds: float

    @property
    def rate(self):
        return self.part.checks / self.seconds


def print_table(rows, baselines):
    """`baselines` are {title: name of the row} to which the ratios are."""
    rates = {row.name: row.rate for row in rows}
    titles = ("", "reads file", "accounts", "instants", "liquidated", "seconds", "M checks/s")
    lines = [(*titles, *baselines)]
    for row in rows:
        cells = (
            row.name, "yes" if row.reads_file else "no", row.part.accounts, row.part.instants, row.part.hits,
            f"{row.seconds:.3f}", f"{row.rate / 1e6:.4g}")
        lines.append((*map(str, cells), *(f"{row.rate / rates[name]:.3g}" for name in baselines.values())))
    widths = [max(map(len, column)) for column in zip(*lines)]
    for first, *others in lines:
        cells = [first.ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(others, widths[1:])]
        print("  ".join(cells).rstrip())


def print_versions(kernel):
    """What was compared on: packages, compiler, cores."""
    names = [name for name in ("numpy", "numba", "nautilus_trader") if importlib.util.find_spec(name)]
    versions = [f"{name} {importlib.import_module(name).__version__}" for name in names]
    compiler = subprocess.run(["g++", "-dumpfullversion"], check=True, capture_output=True, text=True)
    versions += [f"g++ {compiler.stdout.strip()}", f"Python {sys.version.split()[0]}"]
    cores = len(os.sched_getaffinity(0))
    print(f"{', '.join(versions)}; {cores} cores, MarginSweep's kernel is {kernel}.")
