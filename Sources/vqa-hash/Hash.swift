public import ArgumentParser
import Glibc
import Images
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

  @OptionGroup(title: "Pictures") var pictures: PictureOptions
  @OptionGroup(title: "Work") var work: WorkOptions
  @OptionGroup(title: "Messages") var common: CommonOptions

  @Argument(
    help: "Files of rows; '-' or none is stdin.", completion: .file(extensions: ["jsonl"]),
    transform: fileName)
  var files: [String] = []

  /// What rows in hand and finished rows that wait for their turn may hold.
  private static let windowBytes = 16 << 20

  mutating func execute() throws -> ExitStatus {
    if work.check { return try Check(directory: pictures.imagesDir).run() }
    let progress = Progress(stage: Self.toolName, options: common)
    let store = ImageStore(
      directory: pictures.imagesDir, compression: pictures.compression,
      conversion: pictures.convert)
    let reader = try LineReader(operands: files)
    try store.prepare()
    let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let worker = try HashWorker(store: store, jobs: work.jobs ?? cores, usesPath: work.force)
    var loop = FilterLoop(
      reader: reader, intake: Intake(stage: Self.toolName, force: work.force), worker: worker,
      progress: progress, windowBytes: Self.windowBytes)
    try loop.run()
    let counts = try loop.close()
    progress.finish(counts.summary)
    return counts.exitStatus
  }
}
