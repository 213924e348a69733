/// Lines that are finished out of order, given back in order.
struct OrderedWindow: ~Copyable {
  private var slots: [[UInt8]?] = []
  private var head = 0
  /// The ticket of `slots[head]`.
  private var firstTicket = 0
  private var filledBytes = 0

  /// The number of lines that entered and have not been given back.
  var count: Int { slots.count - head }
  /// How much the finished lines that wait behind an unfinished one hold.
  var waitingBytes: Int { filledBytes }

  /// A place behind all others.
  mutating func reserve() -> Int {
    slots.append(nil)
    return firstTicket + count - 1
  }

  /// Fills the place of `ticket`.
  mutating func fill(_ ticket: Int, with line: [UInt8]) {
    let index = head + ticket - firstTicket
    precondition(slots[index] == nil, "a row was finished twice")
    slots[index] = line
    filledBytes += line.count
  }

  /// The next line in order, nil as long as it is not finished.
  mutating func next() -> [UInt8]? {
    guard head < slots.count, let line = slots[head] else { return nil }
    slots[head] = nil
    head += 1
    firstTicket += 1
    filledBytes -= line.count
    if head > 1_024, head * 2 > slots.count {
      slots.removeFirst(head)
      head = 0
    }
    return line
  }

  /// All finished lines in order, also those behind unfinished ones, which are
  /// given up.
  mutating func takeFinished() -> [[UInt8]] {
    let lines = slots[head...].compactMap(\.self)
    firstTicket += count
    (slots, head, filledBytes) = ([], 0, 0)
    return lines
  }
}
