// TickImport
