/// The result as one JSON object keyed by image hash, byte for byte what
/// Python's `json.dump(dataset, f, indent=2)` writes: no line feed at the end.
struct NestedFormat {
  private var image: [UInt8] = []
  private var hasImages = false

  /// Appends the next row.
  mutating func append(_ record: borrowing Record, to output: inout [UInt8]) {
    if hasImages, record[.imageHash].elementsEqual(image) {
      output.append(UInt8(ascii: ","))
    } else {
      appendHead(record, to: &output)
    }
    output += "\n      {\n        \"question\": ".utf8
    output += record[.question]
    output += ",\n        \"original_answer\": ".utf8
    output += record[.answer]
    output += ",\n        \"descriptive_answer\": ".utf8
    output += record[.descriptiveAnswer]
    output += ",\n        \"split\": ".utf8
    output += record[.split]
    output += "\n      }".utf8
  }

  /// Ends the image before and begins that of `record`, whose split becomes
  /// the image's: it is the first row.
  private mutating func appendHead(_ record: borrowing Record, to output: inout [UInt8]) {
    output += (hasImages ? "\n    ]\n  },\n  " : "{\n  ").utf8
    hasImages = true
    image.removeAll(keepingCapacity: true)
    image += record[.imageHash]
    output += image
    output += ": {\n    \"image_info\": {\n      \"size\": [\n        ".utf8
    for byte in record.bytes[record.range(of: .imageSize)] {
      if byte == UInt8(ascii: ",") { output += ",\n        ".utf8 } else { output.append(byte) }
    }
    output += "\n      ],\n      \"split\": ".utf8
    output += record[.split]
    output += "\n    },\n    \"image_path\": ".utf8
    output += record[.imagePath]
    output += ",\n    \"qa_pairs\": [".utf8
  }

  /// Appends what ends the result.
  func end(to output: inout [UInt8]) {
    output += (hasImages ? "\n    ]\n  }\n}" : "{}").utf8
  }
}
