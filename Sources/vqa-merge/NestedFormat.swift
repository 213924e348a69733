/// The result as one JSON object keyed by image hash, byte for byte what
/// Python's `json.dump(dataset, f, indent=2)` writes: no line feed at the end.
struct NestedFormat {
  private var hasImages = false
  private var hasRows = false
  /// The hash, path and size of an image whose first row is still to come:
  /// that row's split is the image's.
  private var image: [UInt8] = []

  /// Takes the image that the next rows belong to.
  mutating func beginImage(_ record: Span<UInt8>) {
    image.removeAll(keepingCapacity: true)
    image.append(record)
    hasRows = false
  }

  /// Appends the next row.
  mutating func append(_ row: Span<UInt8>, to output: inout [UInt8]) {
    if hasRows {
      output.append(UInt8(ascii: ","))
    } else {
      appendHead(split: row.extracting(Record.range(.split, ofRow: row)), to: &output)
    }
    output.append("\n      {\n        \"question\": ")
    output.append(row.extracting(Record.range(.question, ofRow: row)))
    output.append(",\n        \"original_answer\": ")
    output.append(row.extracting(Record.range(.answer, ofRow: row)))
    output.append(",\n        \"descriptive_answer\": ")
    output.append(row.extracting(Record.range(.descriptiveAnswer, ofRow: row)))
    output.append(",\n        \"split\": ")
    output.append(row.extracting(Record.range(.split, ofRow: row)))
    output.append("\n      }")
  }

  private mutating func appendHead(split: Span<UInt8>, to output: inout [UInt8]) {
    output.append(hasImages ? "\n    ]\n  },\n  " : "{\n  ")
    (hasImages, hasRows) = (true, true)
    let image = image.span
    output.append(image.extracting(Record.range(.imageHash, ofImage: image)))
    output.append(": {\n    \"image_info\": {\n      \"size\": [\n        ")
    for place in Record.range(.imageSize, ofImage: image) {
      let byte = image[place]
      if byte == UInt8(ascii: ",") { output.append(",\n        ") } else { output.append(byte) }
    }
    output.append("\n      ],\n      \"split\": ")
    output.append(split)
    output.append("\n    },\n    \"image_path\": ")
    output.append(image.extracting(Record.range(.imagePath, ofImage: image)))
    output.append(",\n    \"qa_pairs\": [")
  }

  /// Appends what ends the result.
  func end(to output: inout [UInt8]) {
    output.append(hasImages ? "\n    ]\n  }\n}" : "{}")
  }
}
