import ArgumentParser
import Shared

@main
struct Merge: Tool {
  static let configuration = CommandConfiguration(
    commandName: "vqa-merge",
    abstract: "Merge rows into one JSON object keyed by image hash.",
    usage: "vqa-merge [<options>] [<files> ...]",
    discussion: """
      Reads JSON Lines with image_hash, image_path, image_size, split, question, answer and \
      descriptive_answer, as vqa-gemini writes them, in any order, and writes what Python's \
      json.dump(dataset, f, indent=2) writes. Images stand in order of their first row, \
      questions in row order.

        vqa-merge train.jsonl test.jsonl \\
          --failed failed.jsonl -o vqa_rad.json

      Rows without an answer do not enter the result; pipe the --failed file through the \
      tools again to try just them. Of rows with one id an answered one beats a failed one, \
      and a later one an earlier one.

      With --into, rows are added to an earlier result: one that answers a pair of it anew \
      (same image, split, question and original answer) takes its place, the others follow.

      All files of a run appear together or none does. With another number of rows than \
      --expect says nothing is written and the status is 2; without a row no file is written or \
      replaced and the status is 2, and to stdout alone goes an empty result.

      Temporary files go to TMPDIR.

      Exit status: 0 all rows merged, 1 some rows are without an answer, 2 nothing could be \
      written, 64 usage, 128 and the signal's number if one came.
      """,
    version: toolkitVersion)

  @OptionGroup(title: "Result") var result: ResultOptions
  @OptionGroup(title: "Beside the result") var extra: ExtraOptions
  @OptionGroup(title: "Messages") var common: CommonOptions

  @Argument(
    help: "Files of rows; '-' or none is stdin.", completion: .file(extensions: ["jsonl"]),
    transform: fileName)
  var files: [String] = []

  mutating func execute() throws -> ExitStatus {
    let progress = Progress(stage: Self.toolName, options: common)
    let merger = try Merger(options: options, progress: progress)
    let counts = try merger.run()
    if Interrupt.requested != nil { return .cannotWork }
    progress.finish(counts.summary)
    return counts.unanswered > 0 ? .someRowsFailed : .done
  }

  private var options: MergeOptions {
    MergeOptions(
      operands: files, output: result.output, failed: extra.failed, into: result.into,
      expected: result.expect, stats: extra.stats,
      reviews: extra.reviews, flags: extra.flags, card: extra.card, prompt: extra.prompt,
      license: extra.license ?? "unknown",
      format: result.format, isASCII: result.ensureASCII == .yes, isCompact: result.compact,
      hasAbsolutePaths: result.absolutePaths, embedsImages: result.embedImages,
      shardSize: result.maxShardSize?.bytes)
  }

  mutating func validate() throws {
    if result.compact, result.format != .nested {
      throw ValidationError("--compact is for the nested format; the others have one sample a line")
    }
    if result.absolutePaths, ![.messages, .sharegpt, .llava].contains(result.format) {
      throw ValidationError("--absolute-paths is for --format messages, sharegpt and llava")
    }
    if result.maxShardSize != nil,
      result.format != .parquet || result.output == nil || result.output == "-"
    {
      throw ValidationError("--max-shard-size is for --format parquet with --output")
    }
    if result.embedImages, result.format != .html {
      throw ValidationError("--embed-images is for --format html")
    }
    if extra.license != nil, extra.card == nil { throw ValidationError("--license is for --card") }
    if extra.reviews.contains("-") {
      throw ValidationError("--reviews reads files, not stdin")
    }
    if extra.prompt != nil, extra.card == nil { throw ValidationError("--prompt is for --card") }
    if let expect = result.expect, expect < 0 {
      throw ValidationError("--expect needs a number of rows, not \(expect)")
    }
    if let problem = OutputCheck.problem(options) { throw ValidationError(problem) }
    if result.into != nil, result.output == nil, result.format != .nested {
      throw ValidationError("--into with another format than nested needs --output")
    }
  }
}

extension FormatName: ExpressibleByArgument {}
