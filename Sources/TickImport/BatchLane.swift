import Market
import TickFile

/// A part of an input that is read by itself, and what came of it.
final class BatchLane {
  /// The ticks of the part.
  var batch: RowBatch
  /// The number of the line in the file that the rows call line 1.
  var firstLine = 1
  /// What ended the part before its end.
  var failure: (any Error)?
  /// The tick file's number of each series of the batch.
  private var numbers: [UInt16] = []

  init(isStrict: Bool) { batch = RowBatch(isStrict: isStrict) }

  /// The tick file's numbers by place of the series; new ones are registered.
  func numbers(in sink: RecordingSink) throws -> [UInt16] {
    while numbers.count < batch.keys.count {
      numbers.append(UInt16(try sink.series(batch.keys[numbers.count])))
    }
    return numbers
  }
}

/// Reads an input, round by round.
protocol RowSource: AnyObject {
  /// Reads the next parts of the input, in their order; none at its end.
  func next() throws -> [BatchLane]
  /// Plain bytes read so far.
  var bytesRead: Int { get }
}
