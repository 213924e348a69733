import ArgumentParser
import Hub
import Shared

/// Which rows of which files.
struct RowOptions: ParsableArguments {
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

  @Option(
    help: ArgumentHelp(
      "Put before every id, to tell the rows of several data sets apart.", valueName: "text"))
  var idPrefix = ""

  func validate() throws {
    guard offset >= 0 else { throw ValidationError("--offset must not be negative") }
    guard limit ?? 0 >= 0 else { throw ValidationError("--limit must not be negative") }
    guard split != "" else { throw ValidationError("--split must not be empty") }
    if let revision, !HubDataset.isRevision(revision) {
      throw ValidationError("--revision is not a branch, a tag or a commit")
    }
  }
}

/// Which columns hold what.
struct ColumnOptions: ParsableArguments {
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

  var request: ColumnRequest {
    ColumnRequest(
      question: questionColumn, answer: answerColumn, image: imageColumn, turns: turnsColumn,
      kept: keep)
  }
}

/// Where the images are that rows name.
struct PictureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      A folder or a zip file with the images that rows name, here or in the data set's \
      repository; may be given several times. (default: the folder of the file with the rows)
      """, valueName: "folder|zip"), completion: .file(), transform: fileName)
  var images: [String] = []

  @Flag(help: "Write the bytes of images in folders, not only their paths.")
  var embed = false
}

/// How files of text are written.
struct TextOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("What separates the fields of CSV files, such as ';'.", valueName: "byte"))
  var delimiter: String?

  @Option(
    help: ArgumentHelp(
      "The encoding of JSON and CSV files, as iconv names it. (default: utf-8)",
      valueName: "name"))
  var encoding: String?

  func validate() throws {
    if let delimiter, Separator.byte(delimiter) == nil {
      throw ValidationError("--delimiter is one character such as ';', or \\t")
    }
  }
}
