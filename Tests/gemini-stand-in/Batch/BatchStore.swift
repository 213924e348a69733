/// The files, uploads and jobs of all projects.
struct BatchStore {
  var files: [String: StoredFile] = [:]
  var uploads: [String: Upload] = [:]
  /// In the order in which they were made.
  var jobs: [BatchJob] = []
  /// Questions that were asked in lines of jobs, answered or not.
  var asked: Set<Digest> = []
  private var made = 0

  /// A new id, unlike those before.
  ///
  /// - Parameter length: of a result, more than the 40 characters that the
  ///   Files part takes.
  mutating func newID(_ purpose: String, length: Int) -> String {
    made += 1
    var text = ""
    var digest = Digest("\(purpose) \(made)")
    while text.utf8.count < length {
      text += digest.hex
      digest.combine(1)
    }
    return String(text.prefix(length))
  }

  /// Bytes that a project's files take.
  func storage(of project: String) -> Int {
    files.values.lazy.filter { $0.project == project }.reduce(0) { $0 + $1.bytes.count }
  }

  /// A page of `values`, newest first.
  ///
  /// - Returns: the members of a list's reply.
  static func page(
    _ values: [Value], named name: String, _ query: [(name: String, value: String)], limit: Int
  ) throws(Refusal) -> Value {
    func number(_ parameter: String) throws(Refusal) -> Int? {
      guard let text = query.last(where: { $0.name == parameter })?.value, !text.isEmpty else {
        return nil
      }
      guard let number = Int(text), number >= 0 else {
        throw .invalidArgument("Invalid value for \(parameter).")
      }
      return number
    }
    let start = min(try number("pageToken") ?? 0, values.count)
    let size = min(max(1, try number("pageSize") ?? limit), limit)
    let page = values[start..<min(start + size, values.count)]
    var members: [(key: String, value: Value)] = []
    if !page.isEmpty { members.append((name, .array(Array(page)))) }
    if page.endIndex < values.count {
      members.append(("nextPageToken", .string(String(page.endIndex))))
    }
    return .object(members)
  }
}
