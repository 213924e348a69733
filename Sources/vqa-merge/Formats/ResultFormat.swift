import Shared

/// A way to write the result.
protocol ResultFormat {
  /// Takes the image that the next rows belong to.
  ///
  /// - Throws: if the format cannot hold it.
  mutating func beginImage(_ record: Span<UInt8>, to output: inout [UInt8]) throws(ToolError)
  /// Appends the next row.
  ///
  /// - Parameter flags: empty unless flags are looked for.
  mutating func append(
    _ row: Span<UInt8>, _ flags: [RaisedFlag], to output: inout [UInt8]) throws(ToolError)
  /// Appends what ends the result.
  mutating func end(to output: inout [UInt8]) throws(ToolError)
  /// Whether what was appended last ended a file and another one follows if
  /// there are more rows.
  var endsFile: Bool { get }
}

/// A format that says nothing of flags.
protocol PlainResultFormat: ResultFormat {
  /// Appends the next row.
  mutating func append(_ row: Span<UInt8>, to output: inout [UInt8]) throws(ToolError)
}

extension PlainResultFormat {
  mutating func append(
    _ row: Span<UInt8>, _ flags: [RaisedFlag], to output: inout [UInt8]
  ) throws(ToolError) {
    try append(row, to: &output)
  }
}

extension ResultFormat {
  var endsFile: Bool { false }
}

/// The formats by name.
enum FormatName: String, CaseIterable {
  case nested, messages, sharegpt, llava, imagefolder, parquet, html
}

extension MergeOptions {
  /// The format that is asked for.
  func makeFormat() throws(ToolError) -> any ResultFormat {
    let spelling = PythonSpelling(isASCII: isASCII)
    let sample = Sample(pathPrefix: hasAbsolutePaths ? WorkingDirectory.prefix(spelling) : [])
    return switch format {
    case .nested: NestedFormat(isCompact: isCompact)
    case .messages: MessagesFormat(sample: sample)
    case .sharegpt: ShareGPTFormat(sample: sample)
    case .llava: LLaVAFormat(sample: sample)
    case .imagefolder: ImageFolderFormat(output: output, spelling: spelling)
    case .parquet: try ParquetFormat(shardSize: shardSize)
    case .html: PageFormat(output: output, embedsImages: embedsImages)
    }
  }
}

extension [UInt8] {
  /// Appends a field of a row's record.
  mutating func append(_ field: Field, ofRow record: Span<UInt8>) {
    append(record.extracting(Record.range(field, ofRow: record)))
  }

  /// Appends a field of an image's record.
  mutating func append(_ field: Field, ofImage record: Span<UInt8>) {
    append(record.extracting(Record.range(field, ofImage: record)))
  }
}

extension Span<UInt8> {
  /// Whether the record is not of a row but stands for an image that has none.
  var isBare: Bool { Record.range(.question, ofRow: self).isEmpty }
}
