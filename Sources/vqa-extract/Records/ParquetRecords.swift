import Parquet
import Shared

/// The records of a Parquet file. Only the columns that are asked for are read.
final class ParquetRecords: RecordReader {
  let columns: [RecordColumn]
  private let name: String
  private let file: ParquetFile
  private let features: ParquetFeature
  private var left: Int
  private var fields: [Field] = []

  /// One selected path.
  private final class Field {
    let path: FieldPath
    let source: Source
    /// The fields that give its indices.
    let indices: [Field]
    let feature: ParquetFeature
    var value: FieldValue = .null

    init(path: FieldPath, source: Source, indices: [Field], feature: ParquetFeature) {
      (self.path, self.source) = (path, source)
      (self.indices, self.feature) = (indices, feature)
    }
  }

  private enum Source {
    case column(ColumnReader)
    /// A group of columns side by side, not in a list.
    case picture(bytes: ColumnReader?, path: ColumnReader?)
    case nested(FieldReader)
    /// As JSON and nothing else.
    case written(FieldReader, RowJSON)
  }

  init(path: String, name: String) throws(ToolError) {
    self.name = name
    do throws(ParquetError) {
      file = try ParquetFile(path: path)
    } catch {
      throw ToolError("\(name): \(error)")
    }
    left = file.rowCount
    let features = ParquetFeature(of: file)
    self.features = features
    columns = file.schema.fields.map { field in
      RecordColumn(name: field.name, content: field.content(features[field.name]))
    }
  }

  func select(_ paths: [FieldPath], written: Set<Int>) throws(ToolError) {
    do {
      fields = try paths.enumerated().map { (number, path) in
        try field(path, isWritten: written.contains(number))
      }
    } catch let error as ToolError {
      throw error
    } catch {
      throw ToolError("\(error)")
    }
  }

  private func field(_ path: FieldPath, isWritten: Bool = false) throws -> Field {
    guard let whole = file.schema.field(path.column) else {
      throw ToolError.noColumn(path.column, among: columns.map(\.name))
    }
    let names = path.memberNames
    guard let field = names.isEmpty ? whole : whole.selecting([names]) else {
      throw ToolError("\(Shown.text(path.text)): column \(path.column) has no such field")
    }
    var indices: [Field] = []
    for case .indexedBy(let other) in path.steps { indices.append(try self.field(other)) }
    let feature = features[path.column]
    var source = try source(field, whole: path.steps.isEmpty)
    if isWritten, path.steps.isEmpty, !feature.hasClasses, case .nested(let reader) = source {
      source = .written(reader, RowJSON(reader.row.groups))
    }
    return Field(path: path, source: source, indices: indices, feature: feature)
  }

  private func source(_ field: Schema.Field, whole: Bool) throws(ParquetError) -> Source {
    if !field.hasLists, whole {
      if case .scalar(let leaf) = field.kind { return .column(try file.column(leaf)) }
      if field.isPicture {
        let bytes = field["bytes"]?.leaves.first
        let path = field["path"]?.leaves.first
        return .picture(
          bytes: try bytes.map { (leaf) throws(ParquetError) in try file.column(leaf) },
          path: try path.map { (leaf) throws(ParquetError) in try file.column(leaf) })
      }
    }
    return .nested(try file.reader(field))
  }

  func skip(_ count: Int) throws(ToolError) -> Int {
    let step = min(count, left)
    guard step > 0 else { return 0 }
    left -= step
    do throws(ParquetError) {
      for field in fields { try skip(step, field) }
    } catch {
      throw ToolError("\(name): \(error)")
    }
    return step
  }

  private func skip(_ count: Int, _ field: Field) throws(ParquetError) {
    switch field.source {
    case .column(let reader): try reader.skip(count)
    case .picture(let bytes, let path):
      try bytes?.skip(count)
      try path?.skip(count)
    case .nested(let reader), .written(let reader, _): try reader.skip(count)
    }
    for index in field.indices { try skip(count, index) }
  }

  func next() throws(ToolError) -> Bool {
    guard left > 0 else { return false }
    left -= 1
    do throws(ParquetError) {
      for field in fields { field.value = try read(field) }
    } catch {
      throw ToolError("\(name): \(error)")
    }
    return true
  }

  func value(_ selection: Int) -> FieldValue { fields[selection].value }

  /// The value of the next record. The caller counts the rows, so there is one.
  private func read(_ field: Field) throws(ParquetError) -> FieldValue {
    let value: FieldValue
    switch field.source {
    case .column(let reader):
      _ = try reader.next()
      value = field.feature.named(reader.fieldValue)
    case .picture(let bytes, let path):
      _ = try bytes?.next()
      _ = try path?.next()
      let members: [(name: String, value: FieldValue)] = [
        ("bytes", bytes?.fieldValue ?? .null), ("path", path?.fieldValue ?? .null),
      ]
      value = members.allSatisfy(\.value.isNull) ? .null : .group(members)
    case .nested(let reader):
      let isThere = try reader.next()
      value = isThere ? field.feature.named(FieldValue(reader.row)) : .null
    case .written(let reader, let json):
      let isThere = try reader.next()
      value = isThere ? .written(json.text(of: reader.row)) : .null
    }
    guard !field.path.steps.isEmpty else { return value }
    var indices: [FieldValue] = []
    for index in field.indices { indices.append(try read(index)) }
    var given = indices.makeIterator()
    return value.following(field.path) { _ in given.next() ?? .null }
  }
}

extension Schema.Field {
  /// Whether it is what `datasets` writes for a picture: bytes and a path.
  var isPicture: Bool {
    guard case .group(let fields) = kind, self["bytes"]?.isScalar == true else { return false }
    return fields.allSatisfy { $0.name == "bytes" || ($0.name == "path" && $0.isScalar) }
  }

  private var isScalar: Bool {
    if case .scalar = kind { return true }
    return false
  }

  /// What the column holds.
  ///
  /// - Parameter feature: what the file's metadata say of it.
  fileprivate func content(_ feature: ParquetFeature) -> RecordColumn.Content {
    if feature.isImage { return .image }
    switch kind {
    case .scalar(let leaf):
      let isBytes = leaf.physicalType == .byteArray || leaf.isText
      return isBytes ? .text : .number
    case .group(let fields): return isPicture ? .image : .group(fields.map(\.name))
    case .list(let element):
      return feature.element.isImage || element.isPicture ? .images : .list
    }
  }
}
