import Shared

/// The result for training has a sample for each pair. Pairs of an earlier
/// result that have no answer are none.
struct Sample {
  /// What comes before relative paths of images, as JSON text.
  private let pathPrefix: [UInt8]
  /// The record of the image that the next rows belong to.
  private var image: [UInt8] = []

  init(pathPrefix: [UInt8] = []) { self.pathPrefix = pathPrefix }

  mutating func beginImage(_ record: Span<UInt8>) {
    image.removeAll(keepingCapacity: true)
    image.append(record)
  }

  /// Whether a row is a sample.
  func isOne(_ row: Span<UInt8>) -> Bool {
    let answer = Record.range(.descriptiveAnswer, ofRow: row)
    return !answer.isEmpty && row[answer.lowerBound] == UInt8(ascii: "\"")
  }

  /// Appends a field of the image without its quotes.
  func append(_ field: Field, to output: inout [UInt8]) {
    let range = Record.range(field, ofImage: image.span)
    output.append(image.span.extracting(range).unquoted)
  }

  /// Appends the path of the image without quotes.
  func appendPath(to output: inout [UInt8]) {
    let range = Record.range(.imagePath, ofImage: image.span)
    let path = image.span.extracting(range).unquoted
    if path.isEmpty || path[0] != UInt8(ascii: "/") { output += pathPrefix }
    output.append(path)
  }

  /// A field of the image, decoded.
  func decoded(_ field: Field) -> [UInt8] {
    let range = Record.range(field, ofImage: image.span)
    return JSONText.decoded(image.span.extracting(range).unquoted)
  }
}

extension [UInt8] {
  /// Appends a field of a row without its quotes, if it has them.
  mutating func append(unquoted field: Field, ofRow row: Span<UInt8>) {
    append(row.extracting(Record.range(field, ofRow: row)).unquoted)
  }
}
