import Shared

/// The result as one JSON object keyed by image hash, byte for byte what
/// Python's `json.dump(dataset, f, indent=2)` writes: no line feed at the end.
struct NestedFormat: PlainResultFormat {
  private let layout: Layout
  private var hasImages = false
  private var hasPairs = false
  /// The record of an image whose first row is still to come: that row's
  /// split is the image's.
  private var image: [UInt8] = []

  init(isCompact: Bool) { layout = isCompact ? .compact : .indented }

  mutating func beginImage(_ record: Span<UInt8>, to output: inout [UInt8]) {
    endImage(to: &output)
    image.removeAll(keepingCapacity: true)
    image.append(record)
  }

  mutating func append(_ row: Span<UInt8>, to output: inout [UInt8]) {
    if !image.isEmpty { appendHead(row, to: &output) }
    guard !row.isBare else { return }
    output.append(hasPairs ? layout.nextPair : layout.firstPair)
    hasPairs = true
    output.append(.question, ofRow: row)
    output.append(layout.answer)
    output.append(.answer, ofRow: row)
    output.append(layout.explanation)
    output.append(.descriptiveAnswer, ofRow: row)
    output.append(layout.split)
    output.append(.split, ofRow: row)
    output.append(layout.endPair)
  }

  private mutating func appendHead(_ row: Span<UInt8>, to output: inout [UInt8]) {
    output.append(hasImages ? layout.nextImage : layout.firstImage)
    (hasImages, hasPairs) = (true, false)
    let record = image
    image.removeAll(keepingCapacity: true)
    let span = record.span
    output.append(.imageHash, ofImage: span)
    output.append(layout.size)
    for place in Record.range(.imageSize, ofImage: span) {
      let byte = span[place]
      if byte == UInt8(ascii: ",") { output.append(layout.sizeComma) } else { output.append(byte) }
    }
    output.append(layout.imageSplit)
    if Record.range(.imageSplit, ofImage: span).isEmpty {
      output.append(.split, ofRow: row)
    } else {
      output.append(.imageSplit, ofImage: span)
    }
    output.append(layout.path)
    output.append(.imagePath, ofImage: span)
    output.append(layout.pairs)
  }

  private mutating func endImage(to output: inout [UInt8]) {
    guard hasImages else { return }
    output.append(hasPairs ? layout.endPairs : layout.noPairs)
  }

  mutating func end(to output: inout [UInt8]) {
    endImage(to: &output)
    output.append(hasImages ? layout.end : "{}")
  }
}

/// What stands between the values.
private struct Layout {
  let firstImage, nextImage, size, sizeComma, imageSplit, path, pairs: StaticString
  let firstPair, nextPair, answer, explanation, split, endPair: StaticString
  let endPairs, noPairs, end: StaticString

  /// `indent=2`
  static let indented = Layout(
    firstImage: "{\n  ", nextImage: ",\n  ",
    size: ": {\n    \"image_info\": {\n      \"size\": [\n        ", sizeComma: ",\n        ",
    imageSplit: "\n      ],\n      \"split\": ", path: "\n    },\n    \"image_path\": ",
    pairs: ",\n    \"qa_pairs\": [",
    firstPair: "\n      {\n        \"question\": ", nextPair: ",\n      {\n        \"question\": ",
    answer: ",\n        \"original_answer\": ", explanation: ",\n        \"descriptive_answer\": ",
    split: ",\n        \"split\": ", endPair: "\n      }",
    endPairs: "\n    ]\n  }", noPairs: "]\n  }", end: "\n}")

  /// `separators=(",", ":")`
  static let compact = Layout(
    firstImage: "{", nextImage: ",", size: ":{\"image_info\":{\"size\":[", sizeComma: ",",
    imageSplit: "],\"split\":", path: "},\"image_path\":", pairs: ",\"qa_pairs\":[",
    firstPair: "{\"question\":", nextPair: ",{\"question\":", answer: ",\"original_answer\":",
    explanation: ",\"descriptive_answer\":", split: ",\"split\":", endPair: "}",
    endPairs: "]}", noPairs: "]}", end: "}")
}
