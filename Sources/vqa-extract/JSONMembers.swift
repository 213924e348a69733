import Shared

/// Makes rows of JSON objects: values go through as they are spelled, images are looked after.
struct JSONMembers {
  private let choice: ColumnChoice
  private let images: ImageNames

  /// Chooses columns among the keys of `first`, the file's first object.
  ///
  /// - Throws: `ToolError` without the file's name.
  init(
    _ first: JSONValue, _ file: DataFile, _ options: ReadOptions
  ) throws(ToolError) {
    let keys = first.keys ?? []
    // `file_name` is what `datasets` reads of a folder of images.
    choice = try ColumnChoice(
      options.columns, among: keys, images: keys.filter { $0 == "file_name" })
    images = ImageNames(file, options)
  }

  /// Appends the members of one row; a key that the object lacks is null.
  func append(_ object: JSONValue, to line: inout [UInt8]) -> NextRow {
    for (key, column) in [("question", choice.question), ("answer", choice.answer)] {
      append(key, object[column], to: &line)
    }
    line += ",\"image\":".utf8
    let failure = appendImage(object[choice.image], to: &line)
    for kept in choice.kept { append(kept.key, object[kept.column], to: &line) }
    return failure.map { .failed($0) } ?? .done
  }

  private func append(_ key: String, _ value: JSONValue?, to line: inout [UInt8]) {
    line.append(UInt8(ascii: ","))
    JSONText.appendQuoted(key, to: &line)
    line.append(UInt8(ascii: ":"))
    JSONMembers.append(value, to: &line)
  }

  /// As it is spelled, on one line: between tokens JSON allows line feeds, a row does not.
  private static func append(_ value: JSONValue?, to line: inout [UInt8]) {
    guard let value else {
      line += "null".utf8
      return
    }
    let isNested = value.kind == .object || value.kind == .array
    line += isNested ? value.text.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }[...] : value.text
  }

  /// A name, or what a row of ours holds: an object with bytes.
  private func appendImage(_ value: JSONValue?, to line: inout [UInt8]) -> RowFailure? {
    guard let value, value["bytes"]?.string == nil else {
      JSONMembers.append(value, to: &line)
      return nil
    }
    return images.append(value.utf8 ?? value["path"]?.utf8 ?? [], to: &line)
  }
}
