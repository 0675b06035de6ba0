#!/usr/bin/env python3
"""Reads native tick files (*.ticks.zst, format 1) into NumPy arrays.

Written from the format document alone (Sources/TickFile/TickFile.docc/TickFileFormat.md), without a line of the
product: a second opinion on the format, and a way to look at ticks in a notebook.

    import ticks                                       # with this folder in sys.path
    file = ticks.TickFile("crash.ticks.zst")
    data = file.read(["time", "series", "price"])      # a dictionary of arrays
    data = file.read(start=1621425600000000000, end=1621429200000000000)   # ns, end exclusive
    frame = file.to_polars()                           # where polars is installed

    scripts/ticks.py crash.ticks.zst                   # what the file holds
    scripts/ticks.py crash.ticks.zst --csv             # as `ticks export --nanoseconds` writes it

It needs NumPy, and for Zstandard one of: Python 3.14, the package zstandard, the library libzstd. Digests are checked
with the package xxhash, the library libxxhash or, slowly, with plain Python.
"""

import ctypes
import ctypes.util
import json
import struct
import sys

import numpy as np

KINDS = ("trade", "mark", "index", "bid", "ask", "funding")
SPAN = 4096
COLUMNS = ("time", "series", "price", "mantissa", "scale", "size", "size_mantissa", "size_scale", "flags")
NO_SCALE = 255
MAXIMUM_CONTENT = 1 << 30


class CorruptTickFile(Exception):
    """The bytes are damaged, or do not say what the format allows."""


def need(condition, problem):
    if not condition:
        raise CorruptTickFile(problem)


# Zstandard and XXH64, from whatever is at hand.

def _library(*names):
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            pass
    return None


def _make_decompress():
    try:
        from compression import zstd  # Python 3.14

        return lambda frame, size: zstd.decompress(frame)
    except ImportError:
        pass
    try:
        import zstandard

        decompressor = zstandard.ZstdDecompressor()
        return lambda frame, size: decompressor.decompress(frame, max_output_size=size)
    except ImportError:
        pass
    library = _library("libzstd.so.1", ctypes.util.find_library("zstd") or "", "libzstd.dylib")
    if library is None:
        raise ImportError("no Zstandard: needs Python 3.14, the package zstandard or the library libzstd")
    library.ZSTD_decompress.restype = ctypes.c_size_t
    library.ZSTD_decompress.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]

    def decompress(frame, size):
        # One byte more than there must be, so that nothing is cut off unseen.
        out = ctypes.create_string_buffer(size + 1)
        found = library.ZSTD_decompress(out, size + 1, frame, len(frame))
        need(found == size, "a zstd frame is damaged")
        return out.raw[:size]

    return decompress


def _plain_xxh64(data):
    p1, p2, p3, p4, p5 = (
        11400714785074694791, 14029467366897019727, 1609587929392839161, 9650029242287828579, 2870177450012600261)
    mask = (1 << 64) - 1

    def rotate(value, bits):
        return (value << bits | value >> (64 - bits)) & mask

    def turn(lane, word):
        return rotate((lane + word * p2) & mask, 31) * p1 & mask

    at, size = 0, len(data)
    if size >= 32:
        lanes = [(p1 + p2) & mask, p2, 0, -p1 & mask]
        while at + 32 <= size:
            words = struct.unpack_from("<4Q", data, at)
            lanes = [turn(lane, word) for lane, word in zip(lanes, words)]
            at += 32
        value = sum(rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & mask
        for lane in lanes:
            value = ((value ^ turn(0, lane)) * p1 + p4) & mask
    else:
        value = p5
    value = (value + size) & mask
    while at + 8 <= size:
        value = (rotate(value ^ turn(0, struct.unpack_from("<Q", data, at)[0]), 27) * p1 + p4) & mask
        at += 8
    if at + 4 <= size:
        value = (rotate(value ^ struct.unpack_from("<I", data, at)[0] * p1 & mask, 23) * p2 + p3) & mask
        at += 4
    for byte in data[at:]:
        value = rotate(value ^ byte * p5 & mask, 11) * p1 & mask
    value = (value ^ value >> 33) * p2 & mask
    value = (value ^ value >> 29) * p3 & mask
    return value ^ value >> 32


def _make_xxh64():
    try:
        import xxhash

        return lambda data: xxhash.xxh64_intdigest(data)
    except ImportError:
        pass
    library = _library("libxxhash.so.0", ctypes.util.find_library("xxhash") or "", "libxxhash.dylib")
    if library is None:
        return _plain_xxh64
    library.XXH64.restype = ctypes.c_uint64
    library.XXH64.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64]
    return lambda data: library.XXH64(data, len(data), 0)


_decompress = _make_decompress()
xxh64 = _make_xxh64()


def content(frame, digest, limit, size=None):
    """What a Zstandard frame holds, after its digest and its stated size have been checked."""
    need(xxh64(frame) == digest, "a frame is damaged: its digest does not match")
    need(frame[:4] == b"\x28\xb5\x2f\xfd", "a frame is no zstd frame")
    flag, single = frame[4] >> 6, frame[4] >> 5 & 1
    width = (1 if single else 0, 2, 4, 8)[flag]
    start = 5 + (0 if single else 1) + (0, 1, 2, 4)[frame[4] & 3]
    need(width > 0, "a zstd frame states no size")
    stated = int.from_bytes(frame[start:start + width], "little") + (256 if width == 2 else 0)
    need(stated <= limit and (size is None or stated == size), "a zstd frame states a wrong size")
    data = _decompress(frame, stated)
    need(len(data) == stated, "a zstd frame does not hold what it states")
    return data


class Bytes:
    """Little-endian reading from front to back."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, count):
        need(0 <= count <= len(self.data) - self.at, "something ends too early")
        self.at += count
        return self.data[self.at - count:self.at]

    def fields(self, layout):
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))

    def key(self):
        kind, length = self.fields("BB")
        need(kind < len(KINDS), "a series has an unknown kind")
        return self.take(length).decode("ascii"), KINDS[kind]

    def packed(self, count, bits):
        """Numbers of some bits each, from the lowest bit of the first byte on."""
        data = np.frombuffer(self.take((count * bits + 7) // 8), np.uint8)
        if bits == 0:
            return np.zeros(count, np.uint64)
        single = np.unpackbits(data, count=count * bits, bitorder="little").reshape(count, bits)
        return single.astype(np.uint64) @ (np.uint64(1) << np.arange(bits, dtype=np.uint64))

    def split(self, groups, width):
        """Split values of groups, each with its count and low bits, one group behind the other."""
        low = [self.packed(count, bits) for count, bits in groups]
        total = sum(count for count, _ in groups)
        high = np.zeros(total, np.uint64)
        for plane in range(width):
            high |= np.frombuffer(self.take(total), np.uint8).astype(np.uint64) << np.uint64(8 * plane)
        shifts = np.repeat(np.array([bits for _, bits in groups], np.uint64), [count for count, _ in groups])
        return (high << shifts) | (np.concatenate(low) if low else high)

    def end(self):
        need(self.at == len(self.data), "something is longer than it may be")


def unzigzag(values):
    return (values >> np.uint64(1)).astype(np.int64) ^ -(values & np.uint64(1)).astype(np.int64)


class Block:
    """Where a block is and what its header and the footer say of it."""


class TickFile:
    """A whole tick file: header and footer are read at once, ticks when they are asked for."""

    def __init__(self, path):
        self.path = path
        self._file = open(path, "rb")
        size = self._file.seek(0, 2)
        need(size >= 104, "no whole tick file")
        opening = self._skippable(0, 48, b"MSWTICKS")
        version, metadata_size, metadata_raw, metadata_digest = struct.unpack_from("<H6xIIQ", opening, 16)
        need(version == 1, f"version {version} of the format, this program reads version 1")
        closing = self._skippable(size - 56, 56, b"MSWTFOOT")
        offset, footer_size, footer_raw, self.digest = struct.unpack_from("<QQQQ", closing, 16)
        need(offset + footer_size == size - 56, "the footer is not where the end of the file says")
        metadata = content(self._read(48, metadata_size), metadata_digest, 1 << 20, metadata_raw)
        self.metadata = json.loads(metadata.decode("utf-8"))
        footer = content(self._read(offset, footer_size), self.digest, MAXIMUM_CONTENT, footer_raw)
        end = self._footer(Bytes(footer), xxh64(opening), metadata_size, metadata_digest)
        need(end == offset, "the blocks do not fill the space before the footer")

    def _read(self, offset, count):
        self._file.seek(offset)
        data = self._file.read(count)
        need(len(data) == count, "the file ends too early")
        return data

    def _skippable(self, offset, size, name):
        data = self._read(offset, size)
        magic, length = struct.unpack_from("<II", data)
        need(magic == 0x184D2A5D and length == size - 8 and data[8:16] == name, "no tick file, or a damaged one")
        need(xxh64(data[:-8]) == struct.unpack_from("<Q", data, size - 8)[0], "a fixed frame is damaged")
        return data

    def _footer(self, footer, opening_digest, metadata_size, metadata_digest):
        magic, version, _, span, series_count, block_count, self.tick_count, opening, size, json_size, digest = (
            footer.fields("4sHHIIIQQIIQ"))
        need(magic == b"TFTR" and version == 1 and span == SPAN, "the footer is of another format")
        need((opening, size, digest) == (opening_digest, metadata_size, metadata_digest), "of two files")
        self.metadata.update(json.loads(footer.take(json_size).decode("utf-8")))
        self.series = []
        self.counts = []
        for _ in range(series_count):
            self.series.append(footer.key())
            self.counts.append(footer.fields("QqqBBqq")[0])
        self.blocks = []
        offset = 48 + metadata_size
        for _ in range(block_count):
            block = Block()
            _, _, header_size, header_raw = footer.fields("QQII")
            offset = self._header(block, Bytes(footer.take(header_raw)), offset + 48 + header_size)
            block.spans = []
            for _ in range((block.count + SPAN - 1) // SPAN):
                first, length, instants, present = footer.fields("qQHI")
                envelopes = {}
                for _ in range(present):
                    place, low, height, last, time = footer.fields("HqQQQ")
                    envelopes[block.numbers[place]] = (low, low + height, low + last, first + time)
                block.spans.append((first, first + length, envelopes, instants))
            self.blocks.append(block)
        footer.end()
        return offset

    def _header(self, block, header, offset):
        """Reads a block's header; `offset` is that of its first column."""
        magic, version, _, block.count, series_count, block.first, block.last, column_count = (
            header.fields("4sHHIIqqI"))
        need(magic == b"TBLK" and version == 1, "a block is of another format")
        block.numbers, block.scales, block.size_scales = [], [], []
        for _ in range(series_count):
            block.numbers.append(header.fields("H")[0])
            header.key()
            _, scale, size_scale, _, _, _, _, _, _ = header.fields("IBBBBqqqq")
            block.scales.append(scale)
            block.size_scales.append(size_scale)
        block.columns = {}
        for _ in range(column_count):
            identifier, required, coding, _ = header.fields("HBBI")
            known = 1 <= identifier <= 4
            need(known or not required, f"column {identifier} is required and unknown")
            need(not known or coding == identifier, f"column {identifier} has an unknown coding")
            frames = []
            for _ in range((block.count + SPAN - 1) // SPAN):
                size, digest = header.fields("IQ")
                frames.append((offset, size, digest))
                offset += size
            block.columns[identifier] = frames
        header.end()
        return offset

    def _column(self, block, identifier, span):
        """What a column of a span holds; None where the span has none."""
        if identifier not in block.columns:
            return None
        offset, size, digest = block.columns[identifier][span]
        return Bytes(content(self._read(offset, size), digest, 1 << 17)) if size else None

    def read_span(self, number, span, columns=COLUMNS):
        """The columns of one span of a block as a dictionary of arrays."""
        block = self.blocks[number]
        count = min(SPAN, block.count - span * SPAN)
        out = {}
        if set(columns) - {"time", "flags"}:
            groups, order = self._prices(block, span, count, out)
            if set(columns) & {"size", "size_mantissa", "size_scale"}:
                self._sizes(block, span, count, groups, order, out)
        if "time" in columns:
            data = self._column(block, 2, span)
            first, exponent, bits, width = data.fields("qBBB")
            distances = data.split([(count, bits)], width) * np.uint64(10**exponent)
            data.end()
            out["time"] = np.cumsum(distances, dtype=np.uint64).astype(np.int64) + first
            need(out["time"][0] == block.spans[span][0] and out["time"][-1] == block.spans[span][1], "times differ")
        if "flags" in columns:
            data = self._column(block, 4, span)
            out["flags"] = np.frombuffer(data.take(count), np.uint8) if data else np.zeros(count, np.uint8)
        return {name: out[name] for name in columns}

    def _prices(self, block, span, count, out):
        data = self._column(block, 1, span)
        group_count, width = data.fields("HB")
        groups = [data.fields("HHBq") for _ in range(group_count)]
        need(sum(group[1] for group in groups) == count, "the series of a span do not add up")
        limits = ((1, 0), (2, 1), (4, 2), (16, 4), (256, 8), (65536, 16))
        bits = next(bits for most, bits in limits if group_count <= most)
        order = data.packed(count, bits).astype(np.int64)
        need((np.bincount(order, minlength=group_count) == [group[1] for group in groups]).all(), "wrong counts")
        differences = unzigzag(data.split([(group[1], group[2]) for group in groups], width))
        data.end()
        mantissas = np.empty(count, np.int64)
        start = 0
        for place, (_, ticks, _, first) in enumerate(groups):
            mantissas[order == place] = first + np.cumsum(differences[start:start + ticks])
            start += ticks
        places = np.array([group[0] for group in groups])[order]
        out["series"] = np.array(block.numbers, np.uint16)[places]
        out["mantissa"] = mantissas
        out["scale"] = np.array(block.scales, np.uint8)[places]
        out["price"] = mantissas / np.array([10.0**scale for scale in block.scales])[places]
        return groups, order

    def _sizes(self, block, span, count, groups, order, out):
        out["size"] = np.full(count, np.nan)
        out["size_mantissa"] = np.zeros(count, np.int64)
        out["size_scale"] = np.full(count, NO_SCALE, np.uint8)
        data = self._column(block, 3, span)
        if data is None:
            return
        partial, width = data.fields("BB")
        bits = data.take(len(groups))
        present = data.packed(count, 1).astype(bool) if partial else np.ones(count, bool)
        counts = np.bincount(order[present], minlength=len(groups))
        values = unzigzag(data.split([(int(own), own_bits) for own, own_bits in zip(counts, bits)], width))
        data.end()
        start = 0
        for place, group in enumerate(groups):
            ticks = present & (order == place)
            own = values[start:start + counts[place]]
            start += counts[place]
            scale = block.size_scales[group[0]]
            out["size_mantissa"][ticks] = own
            out["size_scale"][ticks] = scale
            out["size"][ticks] = own / 10.0**scale

    def read(self, columns=COLUMNS, start=None, end=None):
        """The columns of all ticks, or of those from `start` on and before `end` (ns since 1970), as arrays.

        `series` are places in the list of that name; a tick without size has the size NaN. Spans outside of the
        window are not read.
        """
        wanted = list(columns)
        inner = wanted + ([] if "time" in wanted else ["time"])
        whole = start is None and end is None
        parts = []
        for number, block in enumerate(self.blocks):
            for span, (first, last, _, _) in enumerate(block.spans):
                if (start is not None and last < start) or (end is not None and first >= end):
                    continue
                part = self.read_span(number, span, wanted if whole else inner)
                if not whole:
                    low = 0 if start is None else np.searchsorted(part["time"], start)
                    high = None if end is None else np.searchsorted(part["time"], end)
                    part = {name: values[low:high] for name, values in part.items()}
                parts.append(part)
        types = {"time": "i8", "series": "u2", "price": "f8", "mantissa": "i8", "scale": "u1", "size": "f8",
                 "size_mantissa": "i8", "size_scale": "u1", "flags": "u1"}
        return {name: np.concatenate([part[name] for part in parts]) if parts else np.empty(0, types[name])
                for name in wanted}

    def to_polars(self, start=None, end=None):
        """The ticks as a polars frame with time, symbol, kind, price, size and flags."""
        import polars

        data = self.read(["time", "series", "price", "size", "flags"], start, end)
        symbols = np.array([symbol for symbol, _ in self.series])
        kinds = np.array([kind for _, kind in self.series])
        return polars.DataFrame({
            "time": polars.Series(data["time"]).cast(polars.Datetime("ns", "UTC")),
            "symbol": symbols[data["series"]], "kind": kinds[data["series"]], "price": data["price"],
            "size": polars.Series(data["size"]).fill_nan(None), "flags": data["flags"]})


def decimal(mantissa, scale):
    digits = str(abs(mantissa)).rjust(scale + 1, "0")
    text = digits[:len(digits) - scale] + ("." + digits[len(digits) - scale:] if scale else "")
    return "-" + text if mantissa < 0 else text


def write_csv(file, out):
    out.write("time,symbol,kind,price,size,flags\n")
    names = [f"{symbol},{kind}" for symbol, kind in file.series]
    wanted = ["time", "series", "mantissa", "scale", "size_mantissa", "size_scale", "flags"]
    for number, block in enumerate(file.blocks):
        for span in range(len(block.spans)):
            data = file.read_span(number, span, wanted)
            for time, series, mantissa, scale, size, size_scale, flags in zip(*(data[name].tolist() for name in wanted)):
                quantity = "" if size_scale == NO_SCALE else decimal(size, size_scale)
                out.write(f"{time},{names[series]},{decimal(mantissa, scale)},{quantity},{flags}\n")


def main(arguments):
    paths = [argument for argument in arguments if not argument.startswith("-")]
    options = [argument for argument in arguments if argument.startswith("-")]
    if len(paths) != 1 or options not in ([], ["--csv"]):
        print("usage: ticks.py FILE [--csv]", file=sys.stderr)
        return 64
    try:
        file = TickFile(paths[0])
        if options:
            write_csv(file, sys.stdout)
            return 0
        print(f"{paths[0]}: {file.tick_count} ticks in {len(file.blocks)} blocks, digest {file.digest:016x}")
        for (symbol, kind), count in zip(file.series, file.counts):
            print(f"{symbol} {kind}: {count}")
    except FileNotFoundError:
        print(f"{paths[0]}: no such file", file=sys.stderr)
        return 2
    except CorruptTickFile as error:
        print(f"{paths[0]}: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
