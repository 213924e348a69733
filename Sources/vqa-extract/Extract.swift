import ArgumentParser
import Hub
import Shared

@main
struct Extract: Tool {
  static let configuration = CommandConfiguration(
    commandName: "vqa-extract",
    abstract: "Read a visual-question-answering data set; write one JSON line per question.",
    discussion: """
      SOURCE is a data set on the Hugging Face Hub (owner/name, \
      hf://datasets/owner/name@revision or the address of its page; flaviagiammarino/vqa-rad if \
      none is named), a Parquet, JSON, JSON Lines or CSV file, or a folder of such files or of \
      images with metadata.jsonl or metadata.csv. The files of a split are found as `datasets` \
      finds them, by the configs of README.md or by their names. Writes, one line a question,

        {"id":"test/0","split":"test","row":0,"question":"…",
         "answer":"…","image":{"bytes":"…","path":"img_0.jpg"}}

      A conversation gives a line a pair of turns, with "turn" and the id split/row/turn. Columns \
      are found from the data set's own metadata, else by their usual names, and can be named; a \
      name may be a path, such as answers[0].answer, or choices[answer], the element that another \
      column tells.

        vqa-extract test-00000-of-00001.parquet | vqa-hash |
          vqa-gemini | vqa-merge -o test.json

      Exit status: 0 all rows written, 1 the question, answer or image of some cannot be read, \
      2 a file with rows cannot (what came before has been written), 64 usage, 128 and the \
      signal's number if one came.
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
    help: ArgumentHelp("The configuration of a data set that has several.", valueName: "name"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "The branch, tag or commit of a data set on the Hub. (default: main)", valueName: "name"))
  var revision: String?

  @Option(help: ArgumentHelp("Leave out so many rows at the start.", valueName: "rows"))
  var offset = 0

  @Option(help: ArgumentHelp("Stop after so many rows.", valueName: "rows"))
  var limit: Int?

  @Flag(help: "Print the number of rows of the data set and nothing else.")
  var count = false

  @Option(help: ArgumentHelp("The column with the questions.", valueName: "column"))
  var questionColumn: String?

  @Option(help: ArgumentHelp("The column with the answers.", valueName: "column"))
  var answerColumn: String?

  @Option(help: ArgumentHelp("The column with the images.", valueName: "column"))
  var imageColumn: String?

  @Option(help: ArgumentHelp("The column with a list of turns.", valueName: "column"))
  var turnsColumn: String?

  @Option(
    help: ArgumentHelp(
      "Carry another column along, under its own name or KEY; may be given several times.",
      valueName: "column[=key]"))
  var keep: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      A folder or a zip file with the images that rows name, here or in the data set's \
      repository; may be given several times. (default: the folder of the file with the rows)
      """, valueName: "folder|zip"), completion: .file())
  var images: [String] = []

  @Flag(help: "Write the bytes of images in folders, not only their paths.")
  var embed = false

  @Option(
    help: ArgumentHelp(
      "Put before every id, to tell the rows of several data sets apart.", valueName: "text"))
  var idPrefix = ""

  @Option(
    help: ArgumentHelp("What separates the fields of CSV files, such as ';'.", valueName: "byte"))
  var delimiter: String?

  @Option(
    help: ArgumentHelp(
      "The encoding of JSON and CSV files, as iconv names it. (default: utf-8)",
      valueName: "name"))
  var encoding: String?

  @OptionGroup(title: "Messages") var common: CommonOptions

  @Argument(
    help: ArgumentHelp(
      "Data sets on the Hub, files or folders; '-' is JSON Lines from stdin.", valueName: "source"),
    completion: .file())
  var sources: [String] = []

  func validate() throws {
    guard offset >= 0 else { throw ValidationError("--offset must not be negative") }
    guard limit ?? 0 >= 0 else { throw ValidationError("--limit must not be negative") }
    guard split != "" else { throw ValidationError("--split must not be empty") }
    if let revision, !HubDataset.isRevision(revision) {
      throw ValidationError("--revision is not a branch, a tag or a commit")
    }
    if let delimiter, Separator.byte(delimiter) == nil {
      throw ValidationError("--delimiter is one character such as ';', or \\t")
    }
  }

  mutating func execute() throws -> ExitStatus {
    let progress = Progress(stage: Self.toolName, options: common)
    let source = try Source(
      sources,
      SourceOptions(
        split: split, config: config, revision: revision,
        separator: delimiter.flatMap { Separator.byte($0) }, encoding: encoding, images: images,
        embeds: embed, progress: progress))
    let extraction = Extraction(source: source, options: options, progress: progress)
    if count {
      let count = try extraction.count()
      guard Interrupt.requested == nil else { return .cannotWork }
      var output = ByteWriter.standardOutput()
      do throws(ToolError) {
        try output.writeLine(Array(String(count).utf8))
      } catch {
        throw error
      }
      try output.close()
      return .done
    }
    let counts = try extraction.run()
    progress.finish(counts.summary)
    return counts.exitStatus
  }

  private var options: ExtractOptions {
    ExtractOptions(
      offset: offset, limit: limit, idPrefix: idPrefix,
      columns: ColumnRequest(
        question: questionColumn, answer: answerColumn, image: imageColumn, turns: turnsColumn,
        kept: keep))
  }
}
