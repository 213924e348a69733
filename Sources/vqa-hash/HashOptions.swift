public import ArgumentParser
public import Images
import Shared

/// What is made of the pictures.
struct PictureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Where the PNG files go; made if missing.", valueName: "directory"),
    completion: .directory, transform: fileName)
  var imagesDir = "md5_images"

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
}

/// What is done, and how much at a time.
struct WorkOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Pictures in work at a time. (default: the cores)", valueName: "count"))
  var jobs: Int?

  @Flag(help: "Do rows again that are done, from the file at image_path if need be.")
  var force = false

  @Flag(help: "Read no rows; compare the files in the directory with their names.")
  var check = false

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs is 1 to 256") }
  }
}

/// What becomes of a picture before it is hashed.
enum Conversion: String, ExpressibleByArgument, CaseIterable {
  case rgb
}

extension PNGCompression: ExpressibleByArgument {}
