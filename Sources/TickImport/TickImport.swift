// TickImport
//
// The one duty of this module: public market-data files to the native tick file, exactly and in bounded
// memory. One file per format; `SourceFormats` is the registry that recognises them, `ImportMerge` brings
// the inputs into one order, and decimals go from text to mantissa without a Double in between.
