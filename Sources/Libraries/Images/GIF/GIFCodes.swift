/// GIF's LZW codes (GIF89a, appendix F) as runs of indices, with the limits
/// and the leniency of Pillow's decoder: what is behind an end code, or behind
/// the block that ends the data, is read on where the file goes on.
struct GIFCodes {
  private let bytes: [UInt8]
  private var position: Int
  /// What is handed to Pillow's decoder at a time.
  private static let portion = 65_536
  /// As far as the bytes were handed over.
  private var handedEnd: Int
  /// What is left of the present sub-block.
  private var blockLeft = 0

  private var bitBuffer: UInt64 = 0
  private var bitCount = 0
  private var codeSize: Int

  private let clear: Int
  private static let tableSize = 4_096
  private var suffixes = [UInt8](repeating: 0, count: tableSize)
  private var links = [Int](repeating: 0, count: tableSize)
  private var next: Int
  private var lastCode: Int?
  private var lastData: UInt8 = 0
  /// A run from its end, as the links give it.
  private var run: [UInt8] = []

  private static let truncated = ImageError.damaged("truncated GIF file")
  private static let broken = ImageError.damaged("broken GIF file (a code that is none)")

  /// - Parameters:
  ///   - position: of the first sub-block.
  ///   - bits: of the indices, at most 12.
  init(_ bytes: [UInt8], at position: Int, bits: Int) {
    (self.bytes, self.position) = (bytes, position)
    handedEnd = min(bytes.count, position + Self.portion)
    clear = 1 << bits
    next = clear + 2
    codeSize = bits + 1
    run.reserveCapacity(Self.tableSize)
  }

  /// The next indices, at least one, in order.
  mutating func nextRun() throws(ImageError) -> [UInt8] {
    while true {
      let code = try nextCode()
      if code == clear {
        if lastCode != nil { reset() }
      } else if code == clear + 1 {
        try handOver()
      } else if let last = lastCode {
        try expand(code, after: last)
        lastCode = code
        return run.reversed()
      } else {
        guard code < clear else { throw Self.broken }
        lastCode = code
        lastData = UInt8(truncatingIfNeeded: code)
        return [lastData]
      }
    }
  }

  private mutating func reset() {
    next = clear + 2
    codeSize = clear.trailingZeroBitCount + 1
    lastCode = nil
  }

  /// Looks up a code and enters the next one.
  private mutating func expand(_ first: Int, after last: Int) throws(ImageError) {
    guard first <= next else { throw Self.broken }
    run.removeAll(keepingCapacity: true)
    var code = first
    if code == next {
      run.append(lastData)
      code = last
    }
    while code >= clear {
      guard run.count < Self.tableSize, code < Self.tableSize else { throw Self.broken }
      run.append(suffixes[code])
      code = links[code]
    }
    lastData = UInt8(truncatingIfNeeded: code)
    run.append(lastData)
    guard next < Self.tableSize else { return }
    suffixes[next] = lastData
    links[next] = last
    if next == 1 << codeSize - 1, codeSize < 12 { codeSize += 1 }
    next += 1
  }

  private mutating func nextCode() throws(ImageError) -> Int {
    while bitCount < codeSize {
      guard blockLeft > 0 else {
        try startBlock()
        continue
      }
      bitBuffer |= UInt64(bytes[position]) << UInt64(bitCount)
      bitCount += 8
      position += 1
      blockLeft -= 1
    }
    let code = Int(bitBuffer & (1 << UInt64(codeSize) - 1))
    bitBuffer >>= UInt64(codeSize)
    bitCount -= codeSize
    return code
  }

  /// A sub-block is begun only when all of it is there.
  private mutating func startBlock() throws(ImageError) {
    while position >= handedEnd || position + 1 + Int(bytes[position]) > handedEnd {
      try handOver()
    }
    blockLeft = Int(bytes[position])
    position += 1
  }

  private mutating func handOver() throws(ImageError) {
    guard handedEnd < bytes.count else { throw Self.truncated }
    handedEnd = min(bytes.count, handedEnd + Self.portion)
  }
}
