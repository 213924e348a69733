/// A growing array in pieces: appending never copies what is there, so that
/// memory is not doubled at the worst moment.
struct Column<Element> {
  private var pieces: [[Element]] = []
  private(set) var count = 0
  private static var shift: Int { 14 }
  private static var mask: Int { 1 << shift - 1 }

  mutating func append(_ element: Element) {
    if count & Self.mask == 0 {
      var piece: [Element] = []
      piece.reserveCapacity(1 << Self.shift)
      pieces.append(piece)
    }
    pieces[count >> Self.shift].append(element)
    count += 1
  }

  subscript(index: Int) -> Element {
    get { pieces[index >> Self.shift][index & Self.mask] }
    set { pieces[index >> Self.shift][index & Self.mask] = newValue }
  }
}
