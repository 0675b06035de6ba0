// TickFile
