// TickImportTests
