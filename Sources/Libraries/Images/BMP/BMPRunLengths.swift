/// Run-length encoded indices of four or eight bits (`BI_RLE4`, `BI_RLE8`),
/// expanded as Pillow's `BmpRleDecoder` does, which differs from others where
/// runs leave their row.
struct BMPRunLengths {
  private let bytes: [UInt8]
  private var position: Int
  private let width: Int
  private let total: Int
  private var indices: [UInt8] = []

  init(_ bytes: [UInt8], at position: Int, width: Int, height: Int) {
    (self.bytes, self.position, self.width) = (bytes, position, width)
    total = width * height
  }

  private mutating func next() -> UInt8? {
    guard position < bytes.count else { return nil }
    position += 1
    return bytes[position - 1]
  }

  /// The indices, rows in the file's order.
  mutating func decode(
    isNibbles: Bool, _ isCancelled: CancellationCheck
  ) throws(ImageError) -> [UInt8] {
    indices.reserveCapacity(total + 255)
    var x = 0
    var steps = 0
    while indices.count < total, let count = next(), let value = next() {
      steps += 1
      if steps % 4096 == 0, isCancelled() { throw .cancelled }
      if count > 0 {
        let fitting = min(Int(count), max(0, width - x))
        for index in 0..<fitting { append(value, index, isNibbles) }
        x += fitting
      } else if value == 0 {
        fill((width - indices.count % width) % width)
        x = 0
      } else if value == 1 {
        break
      } else if value == 2 {
        guard let right = next(), let up = next() else { break }
        fill(min(total - indices.count, Int(right) + Int(up) * width))
        x = indices.count % width
      } else {
        guard appendAbsolute(Int(value), isNibbles) else { break }
        x += Int(value)
      }
    }
    guard indices.count >= total else { throw .damaged("truncated BMP file") }
    return indices
  }

  private mutating func append(_ value: UInt8, _ index: Int, _ isNibbles: Bool) {
    indices.append(!isNibbles ? value : index % 2 == 0 ? value >> 4 : value & 15)
  }

  private mutating func fill(_ count: Int) {
    indices.append(contentsOf: repeatElement(0, count: count))
  }

  /// Indices that are no run; false where the picture or the file ends.
  private mutating func appendAbsolute(_ stored: Int, _ isNibbles: Bool) -> Bool {
    let count = min(total - indices.count, stored)
    let byteCount = isNibbles ? (count + 1) / 2 : count
    let end = min(bytes.count, position + byteCount)
    for index in 0..<(isNibbles ? min(count, 2 * (end - position)) : end - position) {
      append(bytes[position + (isNibbles ? index / 2 : index)], index, isNibbles)
    }
    let isWhole = end - position == byteCount
    position = end
    guard isWhole, indices.count < total else { return false }
    // Aligned to 16 bits, from the beginning of the file.
    position += position % 2
    return true
  }
}
