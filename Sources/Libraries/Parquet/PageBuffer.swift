/// Memory for the bytes of a page, used again for the next.
struct PageBuffer {
  /// At least `count` bytes; what lies behind them is left over from earlier pages.
  var bytes: [UInt8] = []
  /// Bytes of the current page.
  var count = 0

  /// Makes room for `capacity` bytes, of which the first `used` stay as they are.
  mutating func grow(to capacity: Int, keeping used: Int) {
    guard bytes.count < capacity else { return }
    guard used > 0 else {
      // Freed before the new memory is taken: two of these at once would double the peak.
      bytes = []
      bytes = [UInt8](repeating: 0, count: capacity)
      return
    }
    bytes.reserveCapacity(capacity)
    bytes.append(contentsOf: repeatElement(0, count: capacity - bytes.count))
  }
}
