/// A file of a project: uploaded, or the result of a job.
struct StoredFile {
  /// Without `files/`.
  let id: String
  let project: String
  var displayName: String?
  var mimeType: String
  var bytes: [UInt8]
  let created: Double
  /// When it is ACTIVE.
  var active: Double
  var isFailed = false
  /// Whether it is a job's result: those can be downloaded, and only those.
  var isResult = false

  func state(at time: Double) -> String {
    time < active ? "PROCESSING" : isFailed ? "FAILED" : "ACTIVE"
  }

  func value(at time: Double, base: String) -> Value {
    var members: [(key: String, value: Value)] = [("name", .string("files/\(id)"))]
    if let displayName { members.append(("displayName", .string(displayName))) }
    members += [
      ("mimeType", .string(mimeType)), ("sizeBytes", .string(String(bytes.count))),
      ("createTime", .string(Timestamp.text(created))),
      ("updateTime", .string(Timestamp.text(created))),
      ("expirationTime", .string(Timestamp.text(created + 48 * 3600))),
      ("uri", .string("\(base)/files/\(id)")), ("state", .string(state(at: time))),
      ("source", .string(isResult ? "GENERATED" : "UPLOADED")),
    ]
    return .object(members)
  }
}

/// An upload that is not finished.
struct Upload {
  let project: String
  let key: String
  let version: String
  var displayName: String?
  var mimeType: String
  /// Bytes announced; nil if they were not.
  let size: Int?
  var bytes: [UInt8] = []
  /// The file that it has become, whose reply may have been lost.
  var file: String?
}

/// Times as the API writes them (RFC 3339).
enum Timestamp {
  /// - Parameter time: seconds since 1970.
  static func text(_ time: Double) -> String {
    let seconds = Int(time)
    let (days, rest) = (seconds / 86_400, seconds % 86_400)
    let date = civil(days)
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    let fraction = String(Int((time - Double(seconds)) * 1e6) + 1_000_000).dropFirst()
    return "\(date.0)-\(two(date.1))-\(two(date.2))T\(two(rest / 3600)):\(two(rest / 60 % 60)):"
      + "\(two(rest % 60)).\(fraction)Z"
  }

  /// https://howardhinnant.github.io/date_algorithms.html#civil_from_days
  private static func civil(_ days: Int) -> (Int, Int, Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let day = shifted - era * 146_097
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    let civilMonth = month < 10 ? month + 3 : month - 9
    return (
      year + era * 400 + (civilMonth <= 2 ? 1 : 0), civilMonth,
      dayOfYear - (153 * month + 2) / 5 + 1
    )
  }
}
