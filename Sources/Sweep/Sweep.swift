// Sweep: reads a study, works out its grid of points, and runs it into a run directory.
