import Shared

/// What a reviewer says of one answer: a line that the page exports.
struct Verdict: Sendable {
  /// In the order in which agreement counts them.
  enum Kind: String, CaseIterable, Sendable { case accept, reject, unsure }

  /// The answer that it is of, and of no other.
  struct Subject: Hashable, Sendable {
    let imageHash: String
    /// SHA-256 of the answer's UTF-8, in hexadecimal.
    let digest: String
  }

  let kind: Kind
  let subject: Subject
  /// The row's id; nil for a pair that has none.
  let id: String?
  /// Empty if the line names none.
  var reviewer: String
  let time: ReviewTime
  /// Characters of reasons and note that a message repeats.
  private static let maximumGrounds = 300

  /// Reasons and note, as a message says them; empty if there are none.
  let grounds: String
}

extension Verdict {
  /// Reads a line.
  ///
  /// - Throws: `ProblemText`: what is wrong with it, as a clause.
  init(_ line: [UInt8]) throws(ProblemText) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: line)
    } catch {
      throw ProblemText("\(error)")
    }
    guard value.members != nil else { throw ProblemText("not a JSON object") }
    guard let name = value["verdict"]?.string else {
      throw ProblemText(
        "no verdict; if this is a file of rows, put it before --reviews or behind '--'")
    }
    guard let kind = Kind(rawValue: name) else {
      throw ProblemText("unknown verdict '\(name.prefix(20))'; accept, reject and unsure are known")
    }
    guard let imageHash = value["image_hash"]?.string else { throw ProblemText("no image_hash") }
    guard let digest = value["answer_sha256"]?.string, digest.utf8.count == 64 else {
      throw ProblemText("no answer_sha256 of 64 hexadecimal digits")
    }
    self.kind = kind
    subject = Subject(imageHash: imageHash, digest: digest.lowercased())
    id = value["id"].flatMap {
      $0.isNull ? nil : $0.string ?? String(decoding: $0.text, as: UTF8.self)
    }
    reviewer = value["reviewer"]?.string ?? ""
    time = value["time"]?.string.flatMap(ReviewTime.init) ?? .none
    let reasons = (value["reasons"]?.elements ?? []).compactMap(\.string)
    let note = value["note"]?.string ?? ""
    let all = (reasons + (note.isEmpty ? [] : [note])).joined(separator: ", ")
    grounds = String(all.prefix(Self.maximumGrounds))
  }

  /// Whether it holds for a row of that id: pairs of an earlier result have
  /// none, and then picture and answer decide.
  func isOf(id other: String?) -> Bool {
    guard let id, let other else { return true }
    return id == other
  }
}

/// What is wrong with a text, as a clause of a message.
struct ProblemText: Error {
  let text: String
  init(_ text: String) { self.text = text }
}
