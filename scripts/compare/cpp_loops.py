"""The C++ competitor: compiled here, given the inputs as files, timed by itself without reading them."""

import subprocess
from pathlib import Path

import numpy as np

SOURCES = Path(__file__).parent
COMMON = ("g++", "-std=c++17", "-O3", "-march=native", "-Wall", "-Wextra", "-c")


class Compiled:
    """The program, and the folder with the world that it reads."""

    def __init__(self, folder, world):
        self.folder = Path(folder) / "cpp"
        self.folder.mkdir(exist_ok=True)
        build = self.folder
        objects = [build / "soa_search.o", build / "soa_main.o"]
        for target, option in zip(objects, ("-ffast-math", "-ffp-contract=off")):
            source = SOURCES / target.with_suffix(".cpp").name
            subprocess.run([*COMMON, option, source, "-o", target], check=True)
        subprocess.run(["g++", "-pthread", *objects, "-o", build / "soa"], check=True)
        for name in ("marks", "balance", "quantity", "entry"):
            np.ascontiguousarray(getattr(world, name)).tofile(self.folder / name)
        lines = []
        for table in world.brackets:
            values = " ".join(repr(float(value)) for row in zip(*table) for value in row)
            lines.append(f"{len(table[0])} {values}\n")
        (self.folder / "brackets").write_text("".join(lines))

    def replayer(self, form, threads):
        """A function from a part of the world, with all of its accounts, to the first hits and the seconds."""

        def replay(world):
            command = [self.folder / "soa", self.folder, form, str(world.instants), str(threads)]
            result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            return np.fromfile(self.folder / "first", dtype=np.int64), float(result.stdout)

        return replay
