import Shared

/// The records of one file, one after another. A format knows fields and
/// nothing of questions.
protocol RecordReader: AnyObject {
  /// The fields at the top of a record, as far as they are known.
  var columns: [RecordColumn] { get }

  /// Says which fields will be asked for; called once, before the first record.
  ///
  /// - Parameter written: the numbers of those paths whose values are only
  ///   written as JSON, so that `FieldValue.written` does.
  /// - Throws: `ToolError`, without the file's name, if a path leads nowhere.
  func select(_ paths: [FieldPath], written: Set<Int>) throws(ToolError)

  /// Passes over `count` records, or as many as there are left, and gives how
  /// many that were.
  ///
  /// - Throws: `ToolError` that names the file.
  func skip(_ count: Int) throws(ToolError) -> Int

  /// Moves to the next record; false after the last.
  ///
  /// - Throws: `ToolError` that names the file.
  func next() throws(ToolError) -> Bool

  /// The value of the selected path of that number in the current record.
  func value(_ selection: Int) throws(ToolError) -> FieldValue
}

/// A field at the top of a file's records.
struct RecordColumn: Equatable {
  /// What its values are, as far as the format tells before they are read.
  enum Content: Equatable {
    case unknown
    /// Text, or bytes.
    case text
    /// A number, a boolean, a date.
    case number
    /// A picture: a group of bytes and a path, or what the file says so of.
    case image
    /// A list of pictures.
    case images
    case list
    case group([String])
  }

  let name: String
  let content: Content
}

extension ToolError {
  /// A column that is not there; the message lists those that are.
  static func noColumn(_ name: String, among names: [String]) -> ToolError {
    ToolError("no column is called \(Shown.text(name)); its columns are \(Shown.list(names))")
  }

  /// The same with `hint` behind it.
  func adding(_ hint: String) -> ToolError { ToolError(description + hint, status: status) }

  /// The same with the file's name before it.
  func inFile(_ name: String) -> ToolError {
    ToolError("\(Shown.text(name, 200)): \(description)", status: status)
  }
}

/// Text of the input in messages: never more than a screen's width of it.
enum Shown {
  static func text(_ text: String, _ maximum: Int = 80) -> String {
    text.count > maximum ? text.prefix(maximum - 3) + "..." : text
  }

  static func text(_ bytes: [UInt8]) -> String {
    text(String(decoding: bytes.prefix(400), as: UTF8.self))
  }

  static func list(_ names: [String]) -> String {
    let some = names.prefix(40).map { text($0, 40) }.joined(separator: ", ")
    return names.count > 40 ? "\(some) and \(names.count - 40) more" : some
  }
}
