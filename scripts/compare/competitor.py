"""Who is compared, in which form, and on how much of the input."""

import importlib.util
import os
from dataclasses import dataclass, field
from typing import Callable

import cpp_loops
import numpy_loops


@dataclass
class Competitor:
    name: str
    replay: Callable  # from a world to the instants of the first liquidations and the seconds
    instants: int  # at most so many, from the first one on
    accounts: int | None = None  # at most so many
    seconds: list = field(default_factory=list)


def thread_counts():
    """One thread, and all cores."""
    return tuple(dict.fromkeys((1, len(os.sched_getaffinity(0)))))


def count(threads):
    return f"{threads} thread" + ("s" if threads > 1 else "")


def quick_competitors(folder, world):
    """Those that need no package but NumPy, on the whole input."""
    compiled = cpp_loops.Compiled(folder, world)
    return [
        Competitor("NumPy, plain", numpy_loops.replay_plain, world.instants),
        Competitor("NumPy, tuned", numpy_loops.replay_tuned, world.instants),
        Competitor("C++, plain", compiled.replayer("plain", 2), world.instants),
        Competitor("C++, tuned", compiled.replayer("tuned", 2), world.instants),
    ]


def all_competitors(folder, world):
    """Everybody that can run here. The numbers of instants make a run some seconds long."""
    import numba_loops

    compiled = cpp_loops.Compiled(folder, world)
    everyone = [
        Competitor("NumPy, plain", numpy_loops.replay_plain, 10_000),
        Competitor("NumPy, tuned", numpy_loops.replay_tuned, 20_000),
    ]
    for form, instants in (("plain", 200_000), ("tuned", 2_000_000)):
        for threads in thread_counts():
            replay = numba_loops.replayer(numba_loops.FORMS[form], threads > 1)
            everyone.append(Competitor(f"Numba, {form}, {count(threads)}", replay, instants))
    for form, instants in (("plain", 200_000), ("tuned", 2_000_000)):
        for threads in thread_counts():
            replay = compiled.replayer(form, threads)
            everyone.append(Competitor(f"C++, {form}, {count(threads)}", replay, instants))
    if importlib.util.find_spec("nautilus_trader"):
        import nautilus_loop

        everyone.append(Competitor("NautilusTrader", nautilus_loop.replay, 5_000, accounts=100))
    return everyone
