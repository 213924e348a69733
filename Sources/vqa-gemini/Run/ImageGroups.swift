/// Questions that wait for others about the same picture (`--per-image`).
struct ImageGroups {
  /// Questions that wait at most; the picture that came first then goes.
  static let lookAhead = 4096

  private var groups: [[UInt8]: Ask] = [:]
  /// Pictures in the order in which they came; some may have gone already.
  private var order: [[UInt8]] = []
  private var head = 0
  private(set) var count = 0

  /// Adds the one question of `ask`.
  ///
  /// - Returns: a group that is to be asked now.
  mutating func add(_ ask: Ask) -> Ask? {
    let picture = ask.picture.digest
    count += 1
    if groups[picture] == nil {
      groups[picture] = ask
      order.append(picture)
    } else {
      groups[picture]?.questions += ask.questions
    }
    if groups[picture]?.questions.count == GroupPrompt.maximumQuestions { return take(picture) }
    return count > Self.lookAhead ? popFirst() : nil
  }

  /// The group whose picture came first.
  mutating func popFirst() -> Ask? {
    while head < order.count {
      head += 1
      if let ask = take(order[head - 1]) { return ask }
    }
    (order, head) = ([], 0)
    return nil
  }

  private mutating func take(_ picture: [UInt8]) -> Ask? {
    let ask = groups.removeValue(forKey: picture)
    count -= ask?.questions.count ?? 0
    return ask
  }
}
