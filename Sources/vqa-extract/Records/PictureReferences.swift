/// Rows of a table that have the `index` of another row in place of a picture.
///
/// VLMEvalKit's tables hold a picture that several rows share once, as base64
/// (`ImageBaseDataset`: a text of at most 64 characters is an index). Where such
/// rows are in the file is kept, not what they hold.
struct PictureReferences {
  private let indexPlace: Int
  private let imagePlace: Int
  private var ranges: [[UInt8]: Range<Int>] = [:]
  /// Whether all rows of the file are known.
  var isComplete = false

  private static let maximumIndex = 64

  /// nil if the table has no such columns.
  init?(columns: [String]) {
    guard let index = columns.firstIndex(of: "index"), let image = columns.firstIndex(of: "image")
    else { return nil }
    (indexPlace, imagePlace) = (index, image)
  }

  /// Takes a row into account that has a picture.
  ///
  /// - Parameter range: where it is in the file.
  mutating func add(_ record: [[UInt8]], at range: Range<Int>) {
    let image = record[imagePlace]
    guard !isComplete, image.count > Self.maximumIndex, Base64Picture.isLikely(image) else {
      return
    }
    ranges[record[indexPlace]] = range
  }

  /// The index of the row that the record's picture is of; nil if it may have
  /// one of its own, or a file's name.
  func target(of record: [[UInt8]]) -> [UInt8]? {
    let text = record[imagePlace]
    let isIndex = !text.isEmpty && text.count <= Self.maximumIndex
    return isIndex && !text.contains(UInt8(ascii: ".")) && !text.contains(UInt8(ascii: "/"))
      ? text : nil
  }

  /// Where the row of that index is.
  subscript(index: [UInt8]) -> Range<Int>? { ranges[index] }

  /// Puts another row's picture into a record.
  func replace(in record: inout [[UInt8]], from other: [[UInt8]]) {
    guard other.indices.contains(imagePlace) else { return }
    record[imagePlace] = other[imagePlace]
  }
}
