import ArgumentParser
import Shared

@main
struct Extract: Tool {
  static let configuration = CommandConfiguration(
    commandName: "vqa-extract",
    abstract: "Read a visual-question-answering data set; write one JSON line per question.",
    discussion: """
      SOURCE is a data set on the Hugging Face Hub (owner/name, or \
      hf://datasets/owner/name@revision; flaviagiammarino/vqa-rad if none is named), a Parquet, \
      JSON, JSON Lines or CSV file, or a folder of images with metadata.jsonl or metadata.csv. \
      Writes, one line a question,

        {"id":"test/0","split":"test","row":0,"question":"…","answer":"…",
         "image":{"bytes":"<base64>","path":"img_0.jpg"}}

      Several files of a split are one split: row counts through them. Columns are found from the \
      data set's own metadata, else by their usual names, and can be named.

        vqa-extract test-00000-of-00001.parquet | vqa-hash | vqa-gemini | vqa-merge > test.json

      Ends with 1 if an image to be embedded cannot be read, with 2 if a file with rows cannot; \
      what came before the damage has been written.
      """,
    version: toolkitVersion)

  @Option(
    help: ArgumentHelp(
      """
      Take only this split. A file is of the split that its name says \
      (test-00000-of-00001.parquet), else of this one, else of train.
      """, valueName: "name"))
  var split: String?

  @Option(
    help: ArgumentHelp("The configuration of a data set on the Hub.", valueName: "name"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "The branch, tag or commit of a data set on the Hub. (default: main)", valueName: "name"))
  var revision: String?

  @Option(help: ArgumentHelp("Leave out so many rows at the start.", valueName: "rows"))
  var offset = 0

  @Option(help: ArgumentHelp("Stop after so many rows.", valueName: "rows"))
  var limit: Int?

  @Option(help: ArgumentHelp("The column with the questions.", valueName: "column"))
  var questionColumn: String?

  @Option(help: ArgumentHelp("The column with the answers.", valueName: "column"))
  var answerColumn: String?

  @Option(help: ArgumentHelp("The column with the images.", valueName: "column"))
  var imageColumn: String?

  @Option(
    help: ArgumentHelp(
      "Carry another column along, under its own name or KEY; may be given several times.",
      valueName: "column[=key]"))
  var keep: [String] = []

  @Option(
    help: ArgumentHelp(
      "Where the images that rows name are. (default: the folder of the file with the rows)",
      valueName: "directory"), completion: .directory)
  var images: String?

  @Flag(help: "Write the bytes of images that rows name, not only their paths.")
  var embed = false

  @Option(
    help: ArgumentHelp(
      "Put before every id, to tell the rows of several data sets apart.", valueName: "text"))
  var idPrefix = ""

  @OptionGroup var common: CommonOptions

  @Argument(
    help: ArgumentHelp(
      "Data sets on the Hub, files or folders; '-' is JSON Lines from stdin.", valueName: "source"),
    completion: .file())
  var sources: [String] = []

  func validate() throws {
    guard offset >= 0 else { throw ValidationError("--offset must not be negative") }
    guard limit ?? 0 >= 0 else { throw ValidationError("--limit must not be negative") }
    guard split != "" else { throw ValidationError("--split must not be empty") }
  }

  mutating func execute() throws -> ExitStatus {
    let progress = Progress(stage: Self.toolName, options: common)
    let files = try DataFile.all(
      of: sources,
      SourceOptions(split: split, config: config, revision: revision, progress: progress))
    let extraction = Extraction(files: files, options: options, progress: progress)
    let counts = try extraction.run()
    guard Interrupt.requested == nil else { return .cannotWork }
    progress.finish(counts.summary)
    return counts.exitStatus
  }

  private var options: ExtractOptions {
    ExtractOptions(
      offset: offset, limit: limit, idPrefix: idPrefix,
      reading: ReadOptions(
        columns: ColumnRequest(
          question: questionColumn, answer: answerColumn, image: imageColumn, kept: keep),
        imagesFolder: images, embeds: embed))
  }
}
