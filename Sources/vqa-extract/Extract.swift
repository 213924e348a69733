import ArgumentParser
import Shared

@main
struct Extract: Tool {
  static let configuration = CommandConfiguration(
    commandName: "vqa-extract",
    abstract: "Read a visual-question-answering data set; write one JSON line per question.",
    discussion: """
      SOURCE is a data set on the Hugging Face Hub (owner/name, \
      hf://datasets/owner/name@revision or the address of its page, or of a file or folder of it; \
      flaviagiammarino/vqa-rad if none is named), a Parquet, JSON, JSON Lines or CSV file, or a folder of such files or of \
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

  @OptionGroup(title: "Which rows") var rows: RowOptions
  @OptionGroup(title: "Columns") var columns: ColumnOptions
  @OptionGroup(title: "Images") var pictures: PictureOptions
  @OptionGroup(title: "Text files") var text: TextOptions
  @OptionGroup(title: "Messages") var common: CommonOptions

  @Argument(
    help: ArgumentHelp(
      "Data sets on the Hub, files or folders; '-' is JSON Lines from stdin.", valueName: "source"),
    completion: .file(), transform: fileName)
  var sources: [String] = []

  mutating func execute() throws -> ExitStatus {
    let progress = Progress(stage: Self.toolName, options: common)
    let source = try Source(
      sources,
      SourceOptions(
        split: rows.split, config: rows.config, revision: rows.revision,
        separator: text.delimiter.flatMap { Separator.byte($0) }, encoding: text.encoding,
        images: pictures.images, embeds: pictures.embed, progress: progress))
    let extraction = Extraction(source: source, options: options, progress: progress)
    if rows.count {
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
      offset: rows.offset, limit: rows.limit, idPrefix: rows.idPrefix, columns: columns.request)
  }
}
