"""A made-up file of aggregated trades as the archive of Binance spells them, the same bytes every time."""

from pathlib import Path

import polars as pl

PART = 1_000_000
HEADER = "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n"


def draw(rows, first, seed):
    """Numbers without a pattern, one a row: SplitMix64 (Steele, Lea and Flood, 2014) of the row's number."""
    bits = (pl.int_range(first, first + rows, dtype=pl.UInt64) + seed * 1_000_003_000_017) * 0x9E3779B97F4A7C15
    bits = (bits ^ (bits // (1 << 30))) * 0xBF58476D1CE4E5B9
    bits = (bits ^ (bits // (1 << 27))) * 0x94D049BB133111EB
    return bits ^ (bits // (1 << 31))


def trades(rows, first, state):
    """Some rows after `state`, the price, the time and the last single trade of the row before them."""

    def below(seed, bound):
        return ((draw(rows, first, seed) // (1 << 32)) % bound).cast(pl.Int64)

    step = below(1, 100)
    # Mostly the price stays or moves by one tick; rarely it jumps.
    move = pl.when(step < 55).then(0).when(step < 77).then(1).when(step < 99).then(-1).otherwise(below(4, 41) - 20)
    wait = pl.when(below(2, 100) < 35).then(0).otherwise(below(3, 760))
    singles = pl.when(below(5, 100) < 60).then(1).otherwise(1 + below(6, 8))
    sizes = (
        pl.when(below(7, 100) < 50).then(1 + below(8, 20))
        .when(below(9, 100) < 90).then(1 + below(10, 500)).otherwise(1 + below(11, 12_000)))
    frame = pl.select(
        id=2_010_853_653 + pl.int_range(first, first + rows),
        price=state[0] + move.cum_sum(), size=sizes, time=state[1] + wait.cum_sum(), singles=singles,
        last=state[2] + singles.cum_sum(), maker=below(12, 2) == 0)
    return frame, tuple(frame.row(-1, named=True)[name] for name in ("price", "time", "last"))


def spelled(frame):
    """The columns of the archive, the decimals as text."""
    price, size = pl.col("price"), pl.col("size")
    return frame.select(
        "id", pl.format("{}.{}", price // 10, price % 10),
        pl.format("{}.{}", size // 1000, (size % 1000).cast(pl.String).str.zfill(3)).alias("quantity"),
        (pl.col("last") - pl.col("singles") + 1).alias("first"), "last", "time", "maker")


def make_trades(folder, rows):
    """Writes the file unless it is there; its path."""
    path = Path(folder) / f"BTCUSDT-aggTrades-{rows}.csv"
    if path.exists():
        return path
    unfinished = path.with_suffix(".part")
    with open(unfinished, "wb") as file:
        file.write(HEADER.encode())
        state = (612_345, 1_704_067_200_033, 4_390_985_217)
        for first in range(0, rows, PART):
            frame, state = trades(min(PART, rows - first), first, state)
            spelled(frame).write_csv(file, include_header=False)
    return unfinished.rename(path)
