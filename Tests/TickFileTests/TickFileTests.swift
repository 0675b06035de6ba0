// TickFileTests
