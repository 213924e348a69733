/// What the service says of the line for which it refuses a job:
/// `Error on line 1: invalid JSON, near column 1032: no such field: …`.
enum BadLine {
  /// The number of the line, from 1.
  static func number(in message: String) -> Int? {
    let words = message.lowercased().split { !$0.isLetter && !$0.isNumber }
    guard let place = words.firstIndex(of: "line"), place + 1 < words.count else { return nil }
    return Int(words[place + 1])
  }
}
