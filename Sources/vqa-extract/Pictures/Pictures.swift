import Glibc
import Shared

/// Writes the picture of a row, in whatever form the data set holds it.
final class Pictures {
  private let places: [PicturePlace]
  private let embeds: Bool
  /// What the column is called.
  var column = "image"
  /// Whether the column holds pictures as base64 text.
  private var holdsBase64 = false

  /// - Parameters:
  ///   - places: where pictures are that rows name; the first that has one counts.
  ///   - embeds: whether the bytes of files are written, not only their paths.
  init(places: [PicturePlace], embeds: Bool) {
    self.places = places
    self.embeds = embeds
  }

  /// Appends `{"bytes":…,"path":…}`, or `null` for no picture.
  ///
  /// - Returns: why there is no picture although the row should have one.
  /// - Throws: `ToolError` where the whole column is of a kind that is not read.
  func append(_ value: FieldValue, to line: inout [UInt8]) throws(ToolError) -> RowFailure? {
    if value.isNull {
      line += "null".utf8
      return nil
    }
    if let elements = value.elements {
      guard elements.count <= 1 else {
        if elements[0].isNumber { return fail("the image is a list of numbers", to: &line) }
        line += "null".utf8
        return RowFailure(
          code: "several_images",
          message: "\(elements.count) images in \(Shown.text(column)); choose one, "
            + "for example --image-column '\(Shown.text(column, 40))[0]'")
      }
      return try append(elements.first ?? .null, to: &line)
    }
    if let text = value.utf8 { return try append(text: text, to: &line) }
    switch value {
    case .bytes(let bytes): append(bytes, path: nil, to: &line)
    case .unreadable(let why): return fail(why, to: &line)
    default:
      guard let names = value.names, names.contains("bytes") || names.contains("path") else {
        return fail(
          "the image is \(value.kind) and neither bytes, nor a name, nor a group of both",
          to: &line)
      }
      return try append(group: value, to: &line)
    }
    return nil
  }

  private func fail(_ why: String, to line: inout [UInt8]) -> RowFailure {
    line += "null".utf8
    return RowFailure(code: "bad_image", message: why)
  }

  /// A group of bytes and a path; the bytes come first.
  private func append(
    group: FieldValue, to line: inout [UInt8]
  ) throws(ToolError) -> RowFailure? {
    let path = group["path"] ?? .null
    guard let bytes = group["bytes"], !bytes.isNull else {
      if path.isNull {
        line += "null".utf8
        return nil
      }
      guard let name = path.utf8 else {
        return fail("the image's path is \(path.kind)", to: &line)
      }
      return try append(text: name, to: &line)
    }
    switch bytes {
    case .bytes(let bytes): append(bytes, path: path.utf8, to: &line)
    case .json where bytes.utf8 != nil: group.appendJSON(to: &line)
    default:
      guard let text = bytes.utf8, let decoded = Base64.decode(text.span) else {
        return fail("the image's bytes are \(bytes.kind)", to: &line)
      }
      append(decoded, path: path.utf8, to: &line)
    }
    return nil
  }

  private func append(_ bytes: [UInt8], path: [UInt8]?, to line: inout [UInt8]) {
    line += "{\"bytes\":\"".utf8
    Base64.encode(bytes.span, to: &line)
    line += "\"".utf8
    if let path {
      line += ",\"path\":".utf8
      JSONText.appendQuotedLossless(path, to: &line)
    }
    line.append(UInt8(ascii: "}"))
  }

  /// A name, the picture itself as base64, or an address.
  private func append(text: [UInt8], to line: inout [UInt8]) throws(ToolError) -> RowFailure? {
    guard !text.isEmpty else {
      line += "null".utf8
      return nil
    }
    if let picture = Base64Picture.decoded(text) {
      holdsBase64 = true
      append(picture, path: nil, to: &line)
      return nil
    }
    if let elements = TextList.elements(text) {
      return try append(.list(elements.map { .text($0) }), to: &line)
    }
    if Self.isAddress(text) {
      throw ToolError(
        "column \(Shown.text(column)) holds addresses (\(Shown.text(text))), and pictures are "
          + "not downloaded; download them, and name a column with their names and --images")
    }
    if holdsBase64 {
      return fail(
        "\(Shown.text(text)): not a picture in base64, as other rows have, nor the index of a "
          + "row before this one", to: &line)
    }
    guard text.count <= Self.maximumName else {
      return fail(
        "\(Shown.text(text)): neither a picture in base64 nor a file's name", to: &line)
    }
    return try append(name: text, to: &line)
  }

  private func append(name: [UInt8], to line: inout [UInt8]) throws(ToolError) -> RowFailure? {
    for place in places {
      switch try find(name, place) {
      case .absent: continue
      case .file(let path):
        line += "{\"path\":".utf8
        JSONText.appendQuotedLossless(path, to: &line)
        line.append(UInt8(ascii: "}"))
        return nil
      case .bytes(let bytes, let path):
        append(bytes, path: path, to: &line)
        return nil
      case .failed(let failure, let path):
        line += "{\"path\":".utf8
        JSONText.appendQuotedLossless(path, to: &line)
        line.append(UInt8(ascii: "}"))
        return failure
      }
    }
    line += "{\"path\":".utf8
    JSONText.appendQuotedLossless(name, to: &line)
    line.append(UInt8(ascii: "}"))
    let hint =
      name.contains(UInt8(ascii: "\\"))
      ? "; the name has backslashes where there are slashes" : ""
    return RowFailure(
      code: "no_image", message: "\(Shown.text(name)): no such picture in --images\(hint)")
  }

  private func find(_ name: [UInt8], _ place: PicturePlace) throws(ToolError) -> FoundPicture {
    switch place {
    case .archive(let archive): return try archive.picture(named: name)
    case .folder(let folder):
      let path = name.first == UInt8(ascii: "/") ? name : Array(folder.utf8) + name
      // One folder alone needs no look: who reads the row will see.
      if places.count > 1, !Self.exists(path) { return .absent }
      guard embeds else { return .file(path) }
      do throws(RowFailure) {
        return .bytes(try PictureFile.read(path, below: folder), path: path)
      } catch {
        return .failed(error, path: path)
      }
    case .repository(let repository, let folder):
      let text = String(decoding: name, as: UTF8.self)
      let path = (folder + text).split(separator: "/").filter { $0 != "." }.joined(separator: "/")
      guard repository.has(path) else { return .absent }
      let file = Array(try repository.file(path).utf8)
      do throws(RowFailure) {
        return .bytes(try PictureFile.read(file, below: nil), path: Array(path.utf8))
      } catch {
        return .failed(error, path: Array(path.utf8))
      }
    }
  }

  /// No file's name is longer on Linux (`PATH_MAX`).
  private static let maximumName = 4_096

  private static func exists(_ path: [UInt8]) -> Bool {
    guard !path.contains(0) else { return false }
    return unsafe access((path + [0]).map { CChar(bitPattern: $0) }, F_OK) == 0
  }

  private static func isAddress(_ text: [UInt8]) -> Bool {
    let start = text.prefix(8).map { $0 | 0x20 }
    return ["http://", "https://", "s3://", "gs://", "ftp://"].contains {
      start.starts(with: $0.utf8)
    }
  }
}
