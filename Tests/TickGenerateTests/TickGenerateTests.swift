// TickGenerateTests
