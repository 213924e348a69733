import ArgumentParser
import Shared

/// The result: where it goes, what is in it, how it is written.
struct ResultOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write to this file, whole or not at all, instead of stdout.", valueName: "file"),
    completion: .file(extensions: ["json"]), transform: fileName)
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Add to this earlier result, and replace it unless --output says otherwise.",
      valueName: "file"),
    completion: .file(extensions: ["json"]), transform: fileName)
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
}

/// What is read and written beside the result.
struct ExtraOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the rows without an answer to this file, as they came.", valueName: "file"),
    completion: .file(extensions: ["jsonl"]), transform: fileName)
  var failed: String?

  @Option(
    help: ArgumentHelp(
      "Write counts of images, pairs, tokens and failures to this file as JSON; '-' is stderr.",
      valueName: "file"),
    completion: .file(extensions: ["json"]), transform: fileName)
  var stats: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Leave out what these verdicts reject, as a row of --failed that can be asked anew.",
      discussion: """
        JSON Lines that the page of --format html exports. A verdict counts for the very answer \
        that it was given for. All files up to the next option or '--' are taken.
        """, valueName: "file"),
    completion: .file(extensions: ["jsonl"]), transform: fileName)
  var reviews: [String] = []

  @Option(
    help: ArgumentHelp(
      "Write what makes answers doubtful to this file, and count it in --stats.",
      discussion: """
        A line of JSON for each: id, image_hash, flag and the words that raised it. Nothing is \
        left out of the result.
        """, valueName: "file"),
    completion: .file(extensions: ["jsonl"]), transform: fileName)
  var flags: String?

  @Option(
    help: ArgumentHelp(
      "Write a data card for the Hub to this file: sizes, splits, models, prompts, checks, failures, flags, reviews.",
      valueName: "file"),
    completion: .file(extensions: ["md"]), transform: fileName)
  var card: String?

  @Option(
    help: ArgumentHelp(
      "The license that the card names, as the Hub spells it: cc0-1.0.", valueName: "name"))
  var license: String?

  @Option(
    help: ArgumentHelp(
      "The prompt that vqa-gemini was given, whose SHA-256 the card names; only needed for rows of "
        + "version 0.1, which do not tell it.", valueName: "file"),
    completion: .file(), transform: fileName)
  var prompt: String?
}
