import Shared

/// What is kept in memory of every line: 48 bytes, and 7 to 20 in the table
/// of ids. The texts go to the spill file.
struct RowIndex: ~Copyable {
  /// What the index needs of one line.
  struct NewRow {
    /// nil if the row has no id: it stands for itself.
    var id: Fingerprint?
    /// Stands for its question; 0 if it has none.
    var question: UInt64 = 0
    /// The number of its image, nil if it has none.
    var image: Int?
    /// The number of its split.
    var split = 0
    /// Its place in the split, nil if it has none.
    var number: Int?
    /// Whether it enters the result, if no other of its id beats it.
    var isAnswered = false
    /// Of its record.
    var length = Record.Length.zero
  }

  /// What duplicates are found by: only needed while lines come in.
  private struct Identity {
    let id: Fingerprint
    var question: UInt64
  }

  private struct Entry {
    /// The row's number; for a row that has none the place of the first line
    /// with its id, which orders such rows as they came.
    var number: Int
    /// `UInt32.max` for none.
    var image: UInt32
    var split: UInt32
    let length: UInt32
    var state: State
  }

  private struct State: OptionSet {
    let rawValue: UInt8
    static let answered = State(rawValue: 1)
    static let superseded = State(rawValue: 2)
    static let numbered = State(rawValue: 4)
  }

  private var identities = Column<Identity>()
  private var table = FingerprintTable()
  private var entries = Column<Entry>()

  /// Lines that another one of the same id beat.
  private(set) var duplicates = 0

  /// Lines so far.
  var count: Int { entries.count }

  /// The most lines that can be told apart.
  static let maximumCount = Int(Int32.max)

  /// Gets memory for the next line.
  mutating func reserve() throws(ToolError) {
    try identities.reserve()
    try entries.reserve()
  }

  /// Enters the next line, for which `reserve` has got memory.
  ///
  /// - Throws: a conflict with an earlier line of the same id.
  mutating func append(_ row: NewRow) throws(Conflict) {
    let place = count
    var state: State = row.isAnswered ? .answered : []
    if row.number != nil { state.insert(.numbered) }
    identities.append(Identity(id: row.id ?? .none, question: row.question))
    entries.append(
      Entry(
        number: row.number ?? place, image: row.image.map { UInt32($0) } ?? .max,
        split: UInt32(row.split), length: row.length.value, state: state))
    guard let id = row.id else { return }
    let slot = table.find(id) { identities[$0].id }
    if let other = slot.place, try !settle(other, place) { return }
    table.enter(place, id, at: slot) { identities[$0].id }
  }

  /// Decides between two lines of one id: an answered one beats a failed one,
  /// a later one an earlier one. True if the new one wins.
  private mutating func settle(_ old: Int, _ new: Int) throws(Conflict) -> Bool {
    let (oldQuestion, newQuestion) = (identities[old].question, identities[new].question)
    if oldQuestion != 0, newQuestion != 0, oldQuestion != newQuestion {
      throw Conflict(kind: .questions, first: old, second: new)
    }
    let (oldImage, newImage) = (entries[old].image, entries[new].image)
    if oldImage != .max, newImage != .max, oldImage != newImage {
      throw Conflict(kind: .images, first: old, second: new)
    }
    duplicates += 1
    let newWins = isAnswered(new) || !isAnswered(old)
    let (winner, loser) = newWins ? (new, old) : (old, new)
    entries[loser].state.insert(.superseded)
    // What the loser said is still compared with later lines of the id.
    if identities[winner].question == 0 { identities[winner].question = identities[loser].question }
    if entries[winner].image == .max { entries[winner].image = entries[loser].image }
    if !isNumbered(old), !isNumbered(new) { entries[winner].number = entries[old].number }
    return newWins
  }

  /// Lets one row of the result take the place of another.
  mutating func replace(_ old: Int, by new: Int) {
    entries[old].state.insert(.superseded)
    entries[new].state.insert(.numbered)
    entries[new].split = entries[old].split
    entries[new].number = entries[old].number
  }

  /// Frees what is only needed while lines come in: 24 bytes a row and the table.
  mutating func finishIntake() {
    identities = Column()
    table = FingerprintTable()
  }

  func isAnswered(_ place: Int) -> Bool { entries[place].state.contains(.answered) }
  /// Whether another line of its id beat it.
  func isSuperseded(_ place: Int) -> Bool { entries[place].state.contains(.superseded) }
  /// Whether it enters the result.
  func isInResult(_ place: Int) -> Bool {
    entries[place].state.intersection([.answered, .superseded]) == .answered
  }
  func isNumbered(_ place: Int) -> Bool { entries[place].state.contains(.numbered) }
  func image(_ place: Int) -> Int { Int(entries[place].image) }
  func split(_ place: Int) -> Int { Int(entries[place].split) }
  func number(_ place: Int) -> Int { entries[place].number }
  func length(_ place: Int) -> Int { Int(entries[place].length) }
}

/// Two lines that cannot both be right.
struct Conflict: Error {
  enum Kind { case questions, images, imageAttributes }
  let kind: Kind
  /// Places of the lines in the whole input.
  let first: Int
  let second: Int

  /// What is wrong and what to do, given the lines' names.
  func message(_ first: String, _ second: String, subject: String) -> String {
    let lines = "\(first) and \(second)"
    let advice =
      "; if they are of two data sets, tell them apart with vqa-extract --id-prefix"
    return switch kind {
    case .questions: "\(lines): one id on two questions: \(subject)\(advice)"
    case .images: "\(lines): one id on two images: \(subject)\(advice)"
    case .imageAttributes: "\(lines): two sizes or paths of one image: \(subject)"
    }
  }
}
