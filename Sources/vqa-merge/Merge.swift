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

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write to this file, whole or not at all, instead of stdout.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Write the rows without an answer to this file, as they came.", valueName: "file"),
    completion: .file(extensions: ["jsonl"]))
  var failed: String?

  @Option(
    help: ArgumentHelp(
      "Add to this earlier result, and replace it unless --output says otherwise.",
      valueName: "file"),
    completion: .file(extensions: ["json"]))
  var into: String?

  @Option(
    help: ArgumentHelp(
      "Write nothing and end with 2 unless so many rows come in, failed ones included.",
      valueName: "rows"))
  var expect: Int?

  @Option(
    help: ArgumentHelp(
      "Write this format; for training, one sample a question.",
      discussion: """
        nested: one object keyed by image hash. messages: JSON Lines of chats, as TRL's SFTTrainer \
        takes them. sharegpt: JSON Lines of conversations with <image>, and beside them the \
        dataset_info.json that LLaMA-Factory wants. llava: an array of conversations with \
        <image>. imagefolder: the metadata.jsonl that datasets.load_dataset("imagefolder") \
        reads beside the images. parquet: the pictures and all, as datasets writes it. html: a \
        page to review the answers in a browser, which exports verdicts for --reviews.
        """))
  var format: FormatName = .nested

  @Flag(help: "Write absolute paths of images (messages, sharegpt, llava).")
  var absolutePaths = false

  @Flag(help: "Put the pictures into the page of --format html, not links to them.")
  var embedImages = false

  @Option(
    help: ArgumentHelp(
      "Begin another Parquet file after so many bytes (500MB, 1GiB): FILE-00000-of-00003.",
      valueName: "size"))
  var maxShardSize: ByteSize?

  /// The two spellings of `ensure_ascii`.
  enum EnsureASCII: String, ExpressibleByArgument, CaseIterable { case yes, no }

  @Option(
    name: .customLong("ensure-ascii"),
    help: ArgumentHelp(
      "Escape all but ASCII, as json.dump does, or write UTF-8.", valueName: "choice"))
  var ensureASCII: EnsureASCII = .yes

  @Flag(help: "No white space, as with separators=(\",\", \":\").")
  var compact = false

  @Option(
    help: ArgumentHelp(
      "Write counts of images, pairs, tokens and failures to this file as JSON; '-' is stderr.",
      valueName: "file"),
    completion: .file(extensions: ["json"]))
  var stats: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Leave out what these verdicts reject, as a row of --failed that can be asked anew.",
      discussion: """
        JSON Lines that the page of --format html exports. A verdict counts for the very answer \
        that it was given for. All files up to the next option or '--' are taken.
        """, valueName: "file"),
    completion: .file(extensions: ["jsonl"]))
  var reviews: [String] = []

  @Option(
    help: ArgumentHelp(
      "Write what makes answers doubtful to this file, and count it in --stats.",
      discussion: """
        A line of JSON for each: id, image_hash, flag and the words that raised it. Nothing is \
        left out of the result.
        """, valueName: "file"),
    completion: .file(extensions: ["jsonl"]))
  var flags: String?

  @Option(
    help: ArgumentHelp(
      "Write a data card for the Hub to this file: sizes, splits, models, checks, failures, flags, reviews.",
      valueName: "file"),
    completion: .file(extensions: ["md"]))
  var card: String?

  @Option(help: "The license that the card names, as the Hub spells it: cc0-1.0.")
  var license: String?

  @Option(
    help: ArgumentHelp(
      "The prompt that vqa-gemini was given, whose SHA-256 the card names.", valueName: "file"),
    completion: .file())
  var prompt: String?

  @OptionGroup(title: "Messages") var common: CommonOptions

  @Argument(
    help: "Files of rows; '-' or none is stdin.", completion: .file(extensions: ["jsonl"]))
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
      operands: files, output: output, failed: failed, into: into, expected: expect, stats: stats,
      reviews: reviews, flags: flags, card: card, prompt: prompt, license: license ?? "unknown",
      format: format, isASCII: ensureASCII == .yes, isCompact: compact,
      hasAbsolutePaths: absolutePaths, embedsImages: embedImages, shardSize: maxShardSize?.bytes)
  }

  mutating func validate() throws {
    if compact, format != .nested {
      throw ValidationError("--compact is for the nested format; the others have one sample a line")
    }
    if absolutePaths, ![.messages, .sharegpt, .llava].contains(format) {
      throw ValidationError("--absolute-paths is for --format messages, sharegpt and llava")
    }
    if maxShardSize != nil, format != .parquet || output == nil || output == "-" {
      throw ValidationError("--max-shard-size is for --format parquet with --output")
    }
    if embedImages, format != .html { throw ValidationError("--embed-images is for --format html") }
    if license != nil, card == nil { throw ValidationError("--license is for --card") }
    if reviews.contains("-") {
      throw ValidationError("--reviews reads files, not stdin")
    }
    if prompt != nil, card == nil { throw ValidationError("--prompt is for --card") }
    if let expect, expect < 0 {
      throw ValidationError("--expect needs a number of rows, not \(expect)")
    }
    if let problem = OutputCheck.problem(options) { throw ValidationError(problem) }
    if into != nil, output == nil, format != .nested {
      throw ValidationError("--into with another format than nested needs --output")
    }
  }
}

extension FormatName: ExpressibleByArgument {}
