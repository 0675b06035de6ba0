// TickFile: the native columnar tick format. Streaming writer and reader, merge by time, verify, repair and
// export. The format itself is described in `TickFile.docc/TickFileFormat.md`.
