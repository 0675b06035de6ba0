// TickGenerate
//
// The one duty of this module: synthetic ticks that look like a market and depend on the seed alone.
// `PriceProcess` moves the prices on a grid of steps, `TradeClock` scatters trades between them, `Scenario`
// bends the path, and `TickGenerator` brings trades, marks and funding into one order, a step at a time.
