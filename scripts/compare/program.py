"""The program that is measured: how it is called, and what it found."""

import calendar
import csv
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Liquidation:
    """When an account's pool is closed, and at which mark each of its positions: {instrument: mark}."""

    time: int  # ns since 1970
    marks: dict


@dataclass(frozen=True)
class Sweep:
    """One run: first liquidations by account, counts, and the seconds of the simulation."""

    liquidations: dict
    checks: int
    instants: int
    kernel: str
    seconds: float


@dataclass(frozen=True)
class Program:
    path: str

    def output(self, *arguments):
        """Standard output of a call; a failure ends the comparison with the program's own words."""
        result = subprocess.run([self.path, *map(str, arguments)], capture_output=True, text=True, check=False)
        if result.returncode != 0:
            sys.exit(f"marginsweep {arguments[0]} failed ({result.returncode}):\n{result.stderr}")
        return result.stdout

    def sweep(self, study, out, engine, threads):
        self.output("sweep", study, "--out", out, "--engine", engine, "--threads", threads, "--force")
        manifest = json.loads((Path(out) / "manifest.json").read_text())
        counts = manifest["counts"]
        return Sweep(
            liquidations=first_liquidations(Path(out) / "liquidations.csv"),
            checks=counts["account_checks"],
            instants=counts["instants"],
            kernel=manifest["engine"]["kernel"],
            seconds=manifest["timings"]["simulation_seconds"],
        )

    def brackets(self, venue, instruments):
        """For each instrument the floors, rates and amounts of its brackets."""
        rules = json.loads(self.output("venue", "show", venue, "--json"))
        tables = [rules["instruments"][name]["brackets"] for name in instruments]
        keys = ("floor", "rate", "amount")
        return [tuple(np.array([float(row[key]) for row in rows]) for key in keys) for rows in tables]


def first_liquidations(path):
    """The first liquidation of each account. The venue's rule closes a pool whole, at one instant."""
    first = {}
    with open(path) as file:
        for row in csv.DictReader(file):
            when = nanoseconds(row["time"])
            known = first.setdefault(row["account"], Liquidation(when, {}))
            if when == known.time:
                known.marks.setdefault(row["instrument"], float(row["mark"]))
    return first


def nanoseconds(text):
    """2021-05-19T12:21:00.399477562Z as ns since 1970."""
    seconds, fraction = text.removesuffix("Z").split(".")
    return calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S")) * 10**9 + int(fraction)
