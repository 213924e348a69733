public import ArgumentParser
import Glibc
public import Images
import Shared

@main
struct Hash: Tool {
  static let configuration = CommandConfiguration(
    commandName: "vqa-hash",
    abstract: "Save each picture as a PNG file named by the MD5 of its pixels.",
    usage: "vqa-hash [<options>] [<files> ...]",
    discussion: """
      Reads JSON Lines with image {"bytes": base64} or {"path": file}, and puts image_hash, \
      image_path and image_size [width, height] in its place. The hash is that of the pixels \
      as Python's Pillow decodes them, hashlib.md5(image.tobytes()), EXIF orientation applied; \
      the file holds just those pixels.

        vqa-extract --split train |
          vqa-hash --jobs 4 > hashed.jsonl

      Reads JPEG, PNG, WebP, GIF, BMP and TIFF. Pictures that Pillow cannot decode, or PNG cannot \
      hold, fail their rows and no others.

      Exit status: 0 all rows done, 1 some rows carry an error, 2 could not work, 64 usage, \
      128 and the signal's number if one came.
      """,
    version: ([toolkitVersion] + ImageLibraries.versions).joined(separator: "\n"))

  @Option(
    help: ArgumentHelp("Where the PNG files go; made if missing.", valueName: "directory"),
    completion: .directory)
  var imagesDir = "md5_images"

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Pictures in work at a time; default: the cores.", valueName: "count"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "How files are compressed: fast, or small, which takes ten times as long.",
      valueName: "level"))
  var compression: PNGCompression = .fast

  @Option(
    help: ArgumentHelp(
      "Hash and save what Pillow's convert(\"RGB\") gives: rgb. Needed for CMYK.",
      valueName: "mode"))
  var convert: Conversion?

  @Flag(help: "Read no rows; compare the files in the directory with their names.")
  var check = false

  @Flag(help: "Do rows again that are done, from the file at image_path if need be.")
  var force = false

  @OptionGroup(title: "Messages") var common: CommonOptions

  @Argument(
    help: "Files of rows; '-' or none is stdin.", completion: .file(extensions: ["jsonl"]))
  var files: [String] = []

  /// What rows in hand and finished rows that wait for their turn may hold.
  private static let windowBytes = 16 << 20

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs is 1 to 256") }
    if imagesDir.isEmpty { throw ValidationError("--images-dir needs a name") }
  }

  mutating func execute() throws -> ExitStatus {
    if check { return try Check(directory: imagesDir).run() }
    let progress = Progress(stage: Self.toolName, options: common)
    let store = ImageStore(
      directory: imagesDir, compression: compression, conversion: convert)
    let reader = try LineReader(operands: files)
    try store.prepare()
    let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let worker = try HashWorker(store: store, jobs: jobs ?? cores, usesPath: force)
    var loop = FilterLoop(
      reader: reader, intake: Intake(stage: Self.toolName, force: force), worker: worker,
      progress: progress, windowBytes: Self.windowBytes)
    try loop.run()
    let counts = try loop.close()
    progress.finish(counts.summary)
    return counts.exitStatus
  }
}

/// What becomes of a picture before it is hashed.
enum Conversion: String, ExpressibleByArgument, CaseIterable {
  case rgb
}

extension PNGCompression: ExpressibleByArgument {}
