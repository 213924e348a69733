import Glibc
import Shared

/// LLaMA-Factory's `dataset_info.json`: what each file of its folder holds.
/// An entry is added to those that are there, or replaces the one of its name.
///
/// Its keys are those of LLaMA-Factory's `data/parser.py`.
enum DatasetInfo {
  private static let fileName = "dataset_info.json"
  /// More than any such file has, in bytes.
  private static let maximumSize = 16 << 20

  /// Where it is for a result at `path`.
  static func path(beside path: String) -> String {
    (path.lastIndex(of: "/").map { String(path[...$0]) } ?? "") + fileName
  }

  /// The new text of the file at `path`.
  static func text(of path: String, result: String) throws(ToolError) -> [UInt8] {
    let old = try read(path)
    do throws(JSONError) {
      if let text = try text(old: old, result: result) { return text }
    } catch {
      throw ToolError("\(path): \(error)")
    }
    throw ToolError("\(path): not a JSON object")
  }

  /// The file's new text.
  ///
  /// - Parameters:
  ///   - old: its present text; empty if there is none.
  ///   - result: the path of the result.
  /// - Returns: nil if the present text is not an object.
  /// - Throws: `JSONError` if it is not JSON.
  static func text(old: [UInt8], result: String) throws(JSONError) -> [UInt8]? {
    let file = result.split(separator: "/").last.map(String.init) ?? result
    let name = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    var members: [(key: [UInt8], value: [UInt8])] = []
    if old.contains(where: { $0 > 0x20 }) {
      let value = try JSONValue(parsing: old)
      guard let known = value.members else { return nil }
      for member in known where member.name != name {
        members.append((JSONText.quoted(member.name), Array(member.value.text)))
      }
    }
    members.append((JSONText.quoted(name), entry(JSONText.quoted(file))))
    var output = Array("{\n".utf8)
    for (place, member) in members.enumerated() {
      if place > 0 { output += Array(",\n".utf8) }
      output += Array("  ".utf8) + member.key + Array(": ".utf8) + member.value
    }
    return output + Array("\n}\n".utf8)
  }

  private static func entry(_ file: [UInt8]) -> [UInt8] {
    Array(#"{"file_name": "#.utf8) + file
      + Array(
        (#", "formatting": "sharegpt", "columns": {"messages": "conversations", "images": "images"}, "#
          + #""tags": {"role_tag": "from", "content_tag": "value", "user_tag": "human", "#
          + #""assistant_tag": "gpt"}}"#).utf8)
  }

  /// The present text of the file; empty if there is none.
  private static func read(_ path: String) throws(ToolError) -> [UInt8] {
    do throws(SystemError) {
      return try PlainFile(path).readAll(limit: maximumSize)
    } catch {
      if error.code == ENOENT { return [] }
      throw ToolError("\(path): \(error)")
    }
  }
}
