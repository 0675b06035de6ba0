// TickGenerate
