// SweepTests
