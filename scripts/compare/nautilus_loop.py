"""NautilusTrader's margin accounts: equity against maintenance margin, instant by instant.

Its accounting alone runs: a `MarginAccount` with a margin model of ours for the brackets (its own models know one
rate for each instrument), and its `Position` for the unrealised profit. Its message bus, data engine and matching
are left out, which is in its favour. It rounds money to 1e-8 USDT; an account whose equity is nearer than that to
its maintenance margin could be decided differently, and the comparison would then fail and say so.
"""

import time
from bisect import bisect_left
from decimal import Decimal

import numpy as np
from nautilus_trader.accounting.accounts.margin import MarginAccount
from nautilus_trader.accounting.margin_models import MarginModel
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.currencies import USDT
from nautilus_trader.model.enums import AccountType, CurrencyType, LiquiditySide, OrderSide, OrderType
from nautilus_trader.model.events import AccountState, OrderFilled
from nautilus_trader.model.identifiers import (
    AccountId, ClientOrderId, InstrumentId, PositionId, StrategyId, Symbol, TradeId, TraderId, Venue,
    VenueOrderId,
)
from nautilus_trader.model.instruments import CryptoPerpetual
from nautilus_trader.model.objects import AccountBalance, Currency, Money, Price, Quantity
from nautilus_trader.model.position import Position

PRICE_DIGITS = 3
LOT_DIGITS = 3


class BracketModel(MarginModel):
    """Maintenance margin of the bracket that holds the notional."""

    def __init__(self, brackets_by_instrument):
        self.rows = {
            instrument: (floors.tolist(), rates.tolist(), amounts.tolist())
            for instrument, (floors, rates, amounts) in brackets_by_instrument.items()
        }

    def calculate_margin_maint(
        self, instrument, side, quantity, price, leverage, use_quote_for_inverse=False
    ):
        floors, rates, amounts = self.rows[instrument.id]
        notional = instrument.notional_value(quantity, price).as_double()
        row = max(0, bisect_left(floors, notional) - 1)
        return Money(notional * rates[row] - amounts[row], USDT)


def make_instrument(name):
    symbol = Symbol(name)
    base = Currency(name.removesuffix("USDT"), 8, 0, name, CurrencyType.CRYPTO)
    return CryptoPerpetual(
        instrument_id=InstrumentId(symbol, Venue("SIM")),
        raw_symbol=symbol,
        base_currency=base,
        quote_currency=USDT,
        settlement_currency=USDT,
        is_inverse=False,
        price_precision=PRICE_DIGITS,
        size_precision=LOT_DIGITS,
        price_increment=Price(10**-PRICE_DIGITS, PRICE_DIGITS),
        size_increment=Quantity(10**-LOT_DIGITS, LOT_DIGITS),
        margin_init=Decimal(0),
        margin_maint=Decimal(0),
        ts_event=0,
        ts_init=0,
    )


def make_account(number, balance, model):
    money = Money(balance, USDT)
    account = MarginAccount(
        AccountState(
            AccountId(f"SIM-{number}"), AccountType.MARGIN, USDT, True,
            [AccountBalance(money, Money(0, USDT), money)], [], {}, UUID4(), 0, 0),
        False)
    account.set_margin_model(model)
    account.set_default_leverage(Decimal(1))
    return account


def make_position(number, instrument, quantity, entry):
    fill = OrderFilled(
        TraderId("TRADER-1"), StrategyId("S-1"), instrument.id, ClientOrderId(f"O-{number}"),
        VenueOrderId(f"V-{number}"), AccountId(f"SIM-{number}"), TradeId(f"T-{number}"),
        PositionId(f"P-{number}-{instrument.id}"), OrderSide.BUY if quantity > 0 else OrderSide.SELL,
        OrderType.MARKET, Quantity(abs(quantity), LOT_DIGITS), Price(entry, PRICE_DIGITS), USDT, Money(0, USDT),
        LiquiditySide.TAKER, UUID4(), 0, 0)
    return Position(instrument, fill)


def is_liquidated(account, positions, prices):
    """Whether equity <= maintenance margin; `positions` has (instrument, position, place of its price)."""
    equity = account.balance_total(USDT).as_double()
    maintenance = 0.0
    for instrument, position, place in positions:
        price = prices[place]
        equity += position.unrealized_pnl(price).as_double()
        maintenance += account.calculate_margin_maint(
            instrument, position.side, position.quantity, price).as_double()
    return equity <= maintenance


def replay(world):
    """For each account the instant of its first liquidation or -1, and the seconds of the loop."""
    instruments = [make_instrument(name) for name in world.instruments]
    model = BracketModel({instrument.id: rows for instrument, rows in zip(instruments, world.brackets)})
    book = []
    for number in range(world.accounts):
        positions = []
        for place, instrument in enumerate(instruments):
            quantity, entry = world.quantity[place, number], world.entry[place, number]
            positions.append((instrument, make_position(number, instrument, quantity, entry), place))
        book.append((number, make_account(number, world.balance[number], model), positions))
    marks = [[float(price) for price in column] for column in world.marks.T]
    first = np.full(world.accounts, -1)
    began = time.perf_counter()
    for instant in range(1, world.instants):
        prices = [Price(price, PRICE_DIGITS) for price in marks[instant]]
        hits = [number for number, account, positions in book if is_liquidated(account, positions, prices)]
        if hits:
            first[hits] = instant
            book = [open_account for open_account in book if open_account[0] not in hits]
    return first, time.perf_counter() - began
