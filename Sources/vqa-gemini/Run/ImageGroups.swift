/// Questions that wait for others about the same picture (`--per-image`).
struct ImageGroups {
  /// Questions that wait at most; the picture that came first then goes.
  static let lookAhead = 4096

  private struct Group {
    var ask: Ask
    /// When its picture came, as a number that only grows.
    let number: Int
  }

  private var groups: [[UInt8]: Group] = [:]
  /// Pictures in the order in which they came. Groups that have gone leave
  /// their entries behind until those are the larger part.
  private var order: [(number: Int, picture: [UInt8])] = []
  private var head = 0
  private var lastNumber = 0
  private(set) var count = 0

  /// Entries that are kept for the order; grows with what waits, not with
  /// what has passed.
  var orderCount: Int { order.count }

  /// Adds the one question of `ask`.
  ///
  /// - Returns: a group that is to be asked now.
  mutating func add(_ ask: Ask) -> Ask? {
    let picture = ask.picture.digest
    count += 1
    if groups[picture] == nil {
      lastNumber += 1
      groups[picture] = Group(ask: ask, number: lastNumber)
      order.append((lastNumber, picture))
      compact()
    } else {
      groups[picture]?.ask.questions += ask.questions
    }
    if groups[picture]?.ask.questions.count == GroupPrompt.maximumQuestions {
      return take(picture)
    }
    return count > Self.lookAhead ? popFirst() : nil
  }

  /// The group whose picture came first.
  mutating func popFirst() -> Ask? {
    while head < order.count {
      let (number, picture) = order[head]
      head += 1
      if groups[picture]?.number == number { return take(picture) }
    }
    (order, head) = ([], 0)
    return nil
  }

  private mutating func take(_ picture: [UInt8]) -> Ask? {
    let ask = groups.removeValue(forKey: picture)?.ask
    count -= ask?.questions.count ?? 0
    return ask
  }

  private mutating func compact() {
    guard order.count > 64, order.count > 2 * groups.count else { return }
    order = order[head...].filter { groups[$0.picture]?.number == $0.number }
    head = 0
  }
}
