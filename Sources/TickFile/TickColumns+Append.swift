internal import Kernels

extension TickColumns {
  /// No ticks; columns that are not in `columns` are emptied for good.
  mutating func clear(_ columns: TickColumnSet) { resize(0, columns) }

  /// Appends the ticks `run` of `other`, with its series numbers translated.
  mutating func append(_ other: TickColumns, _ run: Range<Int>, numbers: [Int], _ columns: TickColumnSet) {
    count += run.count
    if columns.contains(.times) { times.append(contentsOf: other.times[run]) }
    if columns.contains(.series) {
      series.append(contentsOf: other.series[run].lazy.map { UInt16(numbers[Int($0)]) })
    }
    if columns.contains(.prices) { prices.append(contentsOf: other.prices[run]) }
    if columns.contains(.exact) {
      mantissas.append(contentsOf: other.mantissas[run])
      scales.append(contentsOf: other.scales[run])
    }
    if columns.contains(.sizes) { sizes.append(contentsOf: other.sizes[run]) }
    if columns.isSuperset(of: [.exact, .sizes]) {
      sizeMantissas.append(contentsOf: other.sizeMantissas[run])
      sizeScales.append(contentsOf: other.sizeScales[run])
    }
    if columns.contains(.flags) { flags.append(contentsOf: other.flags[run]) }
  }

  /// Appends all ticks of `other` in the order of a merge of their times.
  mutating func append(_ other: TickColumns, _ merge: RunMerge, _ columns: TickColumnSet) {
    let order = merge.order
    func take<Value>(_ values: inout [Value], _ source: [Value], _ isWanted: Bool) {
      if isWanted { values.append(contentsOf: order.lazy.map { source[Int($0)] }) }
    }
    count += order.count
    if columns.contains(.times) { times.append(contentsOf: merge.sorted) }
    take(&series, other.series, columns.contains(.series))
    take(&prices, other.prices, columns.contains(.prices))
    take(&mantissas, other.mantissas, columns.contains(.exact))
    take(&scales, other.scales, columns.contains(.exact))
    take(&sizes, other.sizes, columns.contains(.sizes))
    take(&sizeMantissas, other.sizeMantissas, columns.isSuperset(of: [.exact, .sizes]))
    take(&sizeScales, other.sizeScales, columns.isSuperset(of: [.exact, .sizes]))
    take(&flags, other.flags, columns.contains(.flags))
  }
}
