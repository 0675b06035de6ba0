// Report: what a run leaves behind. Summaries of points, the CSV tables, the manifest and the heat map, all
// derived from the journal and the accounts of the engine.
