import Glibc
import Shared

/// A growing array in pieces: appending never copies what is there, so that
/// memory is not doubled at the worst moment.
struct Column<Element: BitwiseCopyable>: ~Copyable {
  private var pieces: [Pages<Element>] = []
  private(set) var count = 0
  private static var shift: Int { 16 }
  private static var mask: Int { 1 << shift - 1 }

  /// Gets memory for the next element.
  mutating func reserve() throws(ToolError) {
    guard count == pieces.count << Self.shift else { return }
    pieces.append(try Pages(count: 1 << Self.shift))
  }

  /// - Precondition: `reserve` has been called since the last element.
  mutating func append(_ element: Element) {
    pieces[count >> Self.shift][count & Self.mask] = element
    count += 1
  }

  /// - Precondition: the index is below `count`.
  subscript(index: Int) -> Element {
    get { pieces[index >> Self.shift][index & Self.mask] }
    set { pieces[index >> Self.shift][index & Self.mask] = newValue }
  }
}

/// Memory straight from the system. What `malloc` is given back stays with
/// the process, and the order of the result would be found on top of it.
@safe private final class Pages<Element: BitwiseCopyable> {
  private let elements: UnsafeMutableBufferPointer<Element>

  init(count: Int) throws(ToolError) {
    let size = count * MemoryLayout<Element>.stride
    let address = unsafe mmap(
      nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw ToolError("the index of rows: \(SystemError())")
    }
    unsafe elements = UnsafeMutableBufferPointer(
      start: address.bindMemory(to: Element.self, capacity: count), count: count)
  }

  deinit {
    unsafe munmap(elements.baseAddress, elements.count * MemoryLayout<Element>.stride)
  }

  subscript(index: Int) -> Element {
    get {
      unsafe precondition(index < elements.count)
      return unsafe elements[index]
    }
    set {
      unsafe precondition(index < elements.count)
      unsafe elements[index] = newValue
    }
  }
}
