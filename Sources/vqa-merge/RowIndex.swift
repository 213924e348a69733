import Shared

/// What is kept in memory of every line: 45 bytes, and 5 to 16 in the table
/// of ids. The texts go to the spool.
struct RowIndex {
  /// What one line says, as far as the index goes.
  struct Facts {
    /// nil if the row has nothing to tell it by: it stands for itself.
    var id: Fingerprint?
    /// nil if the row has no question.
    var question: UInt64?
    /// The number of its image, nil if it has none.
    var image: Int?
    /// The number of its split.
    var split = 0
    /// Its place in the split, nil if it has none.
    var number: Int?
    /// Whether it enters the result, if no other of its id beats it.
    var isAnswered = false
    /// Of its record, in bytes.
    var length = 0
  }

  private struct State: OptionSet {
    let rawValue: UInt8
    static let answered = State(rawValue: 1)
    static let beaten = State(rawValue: 2)
    static let numbered = State(rawValue: 4)
  }

  private var ids = Column<Fingerprint>()
  private var table = FingerprintTable()
  /// 0 for none.
  private var questions = Column<UInt64>()
  /// `UInt32.max` for none.
  private var imageNumbers = Column<UInt32>()
  private var splitNumbers = Column<UInt32>()
  /// The row's number; for a row that has none the place of the first line
  /// with its id, which orders such rows as they came.
  private var numbers = Column<Int>()
  private var lengths = Column<UInt32>()
  private var states = Column<State>()

  /// Lines that another one of the same id beat.
  private(set) var duplicates = 0

  /// Lines so far.
  var count: Int { states.count }

  /// The most lines that can be told apart.
  static let maximumCount = Int(UInt32.max) - 1

  /// Enters the next line.
  ///
  /// - Throws: a conflict with an earlier line of the same id.
  mutating func append(_ facts: Facts) throws(Conflict) {
    let place = count
    ids.append(facts.id ?? .none)
    questions.append(facts.question.map { max($0, 1) } ?? 0)
    imageNumbers.append(facts.image.map { UInt32($0) } ?? .max)
    splitNumbers.append(UInt32(facts.split))
    numbers.append(facts.number ?? place)
    lengths.append(UInt32(facts.length))
    var state: State = facts.isAnswered ? .answered : []
    if facts.number != nil { state.insert(.numbered) }
    states.append(state)
    guard let id = facts.id, let other = table.find(id, orEnter: place, in: ids) else { return }
    try settle(id, other, place)
  }

  /// Decides between two lines of one id: an answered one beats a failed one,
  /// a later one an earlier one.
  private mutating func settle(
    _ id: Fingerprint, _ old: Int, _ new: Int
  ) throws(Conflict) {
    let (hasQuestions, hasImages) = (
      questions[old] != 0 && questions[new] != 0,
      imageNumbers[old] != .max && imageNumbers[new] != .max
    )
    if hasQuestions, questions[old] != questions[new] {
      throw Conflict(kind: .questions, first: old, second: new)
    }
    if hasImages, imageNumbers[old] != imageNumbers[new] {
      throw Conflict(kind: .images, first: old, second: new)
    }
    duplicates += 1
    let newWins = isAnswered(new) || !isAnswered(old)
    let (winner, loser) = newWins ? (new, old) : (old, new)
    states[loser].insert(.beaten)
    // What the loser knew is still held against later lines of the id.
    if questions[winner] == 0 { questions[winner] = questions[loser] }
    if imageNumbers[winner] == .max { imageNumbers[winner] = imageNumbers[loser] }
    if !isNumbered(old), !isNumbered(new) { numbers[winner] = numbers[old] }
    if newWins { table.move(id, to: new, in: ids) }
  }

  /// Frees what is only needed while lines come in: 24 bytes a row and the table.
  mutating func finishIntake() {
    ids = Column()
    questions = Column()
    table = FingerprintTable()
  }

  func isAnswered(_ place: Int) -> Bool { states[place].contains(.answered) }
  /// Whether another line of its id beat it.
  func isBeaten(_ place: Int) -> Bool { states[place].contains(.beaten) }
  func isInResult(_ place: Int) -> Bool { isAnswered(place) && !isBeaten(place) }
  func isNumbered(_ place: Int) -> Bool { states[place].contains(.numbered) }
  func image(_ place: Int) -> Int { Int(imageNumbers[place]) }
  func split(_ place: Int) -> Int { Int(splitNumbers[place]) }
  func number(_ place: Int) -> Int { numbers[place] }
  func length(_ place: Int) -> Int { Int(lengths[place]) }
}

/// Two lines that cannot both be right.
struct Conflict: Error {
  enum Kind { case questions, images, imageFacts }
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
    case .imageFacts: "\(lines): two sizes or paths of one image: \(subject)"
    }
  }
}
