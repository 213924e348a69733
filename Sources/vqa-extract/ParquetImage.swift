import Parquet
import Shared

/// The images of a Parquet file, in any of the forms they are met in: bytes, the names of files, or
/// a struct of both.
struct ParquetImage {
  private let bytes: ColumnReader?
  private let path: ColumnReader?
  private let names: ImageNames

  /// - Parameter names: writes the images of which there is only a name.
  init(column name: String, of file: ParquetFile, _ names: ImageNames) throws {
    let node = file.schema[name]
    let leaves =
      node?.leaf.map { [$0] } ?? [node?["bytes"]?.leaf, node?["path"]?.leaf].compactMap(\.self)
    let bytes = leaves.first { $0.physicalType == .byteArray && !$0.isText }
    let path = leaves.first { $0.isText }
    guard bytes != nil || path != nil else {
      throw ToolError("column \(name) holds no images: neither bytes nor paths")
    }
    self.bytes = try bytes.map { try file.column($0) }
    self.path = try path.map { try file.column($0) }
    self.names = names
  }

  /// Passes over `count` rows.
  func skip(_ count: Int) throws(ParquetError) {
    try bytes?.skip(count)
    try path?.skip(count)
  }

  /// Appends the image of the next row as JSON; `null` if there is none.
  ///
  /// - Returns: why there are no bytes where they are wanted.
  func appendNext(to line: inout [UInt8]) throws(ParquetError) -> RowFailure? {
    // The caller counts the rows, so there is one.
    _ = try bytes?.next()
    _ = try path?.next()
    guard let bytes, !bytes.isNull else {
      let name = path.map { $0.withBytes { Array(copying: $0) } }
      return names.append(name ?? [], to: &line)
    }
    line += "{\"bytes\":".utf8
    bytes.appendJSON(bytesAs: .base64, to: &line)
    if let path, !path.isNull {
      line += ",\"path\":".utf8
      path.appendJSON(bytesAs: .text, to: &line)
    }
    line.append(UInt8(ascii: "}"))
    return nil
  }
}
