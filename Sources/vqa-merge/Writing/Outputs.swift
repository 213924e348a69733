import Shared

/// All outputs of a run, opened before anything is read, so that what cannot
/// be written is known at once.
struct Outputs {
  let result: Output
  let failed: Output?
  /// nil also if the statistics go to stderr.
  let statistics: Output?

  init(_ options: MergeOptions) throws(ToolError) {
    result = try Output(path: options.output ?? options.into)
    failed = try options.failed.map { path throws(ToolError) in try Output(path: path) }
    statistics =
      options.stats == nil || options.stats == "-" ? nil : try Output(path: options.stats)
  }

  /// In the order in which they are put in their places. The rows that leave
  /// `--failed`, which may be an input, are in the result by then.
  var inOrder: [Output] { [result, failed, statistics].compactMap { $0 } }
}
