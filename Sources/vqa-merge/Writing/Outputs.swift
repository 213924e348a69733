import Shared

/// All outputs of a run, opened before anything is read, so that what cannot
/// be written is known at once.
struct Outputs {
  private let options: MergeOptions
  /// The files of the result; one, but for shards.
  private var results: [Output]
  let failed: Output?
  /// nil also if the statistics go to stderr.
  let statistics: Output?
  let card: Output?
  let flags: Output?
  /// LLaMA-Factory's description of the result, for a result in a file.
  private let datasetInfo: Output?

  init(_ options: MergeOptions) throws(ToolError) {
    self.options = options
    if options.format == .parquet, options.shardSize == nil, let path = options.output, path != "-"
    {
      _ = try ShardNames(path, count: 0)
    }
    let result = try Output(path: options.output ?? options.into)
    results = [result]
    failed = try options.failed.map { path throws(ToolError) in try Output(path: path) }
    statistics =
      options.stats == nil || options.stats == "-" ? nil : try Output(path: options.stats)
    card = try options.card.map { path throws(ToolError) in try Output(path: path) }
    flags = try options.flags.map { path throws(ToolError) in try Output(path: path) }
    guard options.format == .sharegpt, result.isFile else {
      datasetInfo = nil
      return
    }
    let path = DatasetInfo.path(beside: result.name)
    _ = try DatasetInfo.text(of: path, result: result.name)
    datasetInfo = try Output(path: path)
  }

  /// What is being written of the result.
  var result: Output { results[results.count - 1] }

  /// Begins the next file of the result.
  mutating func beginShard() throws(ToolError) {
    results.append(try Output(path: options.output))
  }

  /// All of them, in the order in which they are put in their places. The rows
  /// that leave `--failed`, which may be an input, are in the result by then.
  var inOrder: [Output] {
    results + [datasetInfo, failed, statistics, card, flags].compactMap { $0 }
  }

  /// The names that the result's files will have; nil for stdout.
  func resultNames() throws(ToolError) -> [String]? {
    guard result.isFile else { return nil }
    guard options.shardSize != nil else { return [result.name] }
    let names = try ShardNames(options.output ?? "", count: results.count)
    return results.indices.map { names[$0] }
  }

  /// Puts all in their places.
  ///
  /// - Parameter check: what must still hold when all is written.
  func commit(check: () throws(ToolError) -> Void) throws(ToolError) {
    if let datasetInfo {
      let text = try DatasetInfo.text(of: datasetInfo.name, result: result.name)
      try datasetInfo.write(text.span)
    }
    for (result, name) in zip(results, try resultNames() ?? []) where name != result.name {
      result.retarget(name)
    }
    try Output.commit(inOrder, check: check)
  }
}
