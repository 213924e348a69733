import Shared

/// Temporary disk space, as one long file that can be given back from the
/// front while it is read: it is made of several files.
final class SegmentedFile {
  /// Where each file begins; the last one has no end.
  private var starts: [Int] = []
  /// nil for those given back.
  private var files: [UnnamedFile?] = []
  private let segment: Int

  /// - Parameter segment: bytes that are given back at a time. When there are
  ///   sixteen such files the next sixteen are of twice that size, and so on,
  ///   so that open files stay few.
  init(segment: Int) { self.segment = segment }

  /// Writes `bytes` at an offset.
  func write(_ bytes: Span<UInt8>, at offset: Int) throws(ToolError) {
    var done = 0
    while done < bytes.count {
      let place = try file(at: offset + done)
      let end = place + 1 < starts.count ? starts[place + 1] : starts[place] + size(of: place)
      let count = min(bytes.count - done, end - offset - done)
      let part = bytes.extracting(done..<(done + count))
      try files[place]?.write(part, at: offset + done - starts[place])
      done += count
    }
  }

  /// Fills the beginning of `buffer` with the `count` bytes at an offset.
  func read(_ count: Int, at offset: Int, into buffer: inout [UInt8]) throws(ToolError) {
    if buffer.count < count {
      buffer.append(contentsOf: repeatElement(0, count: count - buffer.count))
    }
    var done = 0
    while done < count {
      let place = search(offset + done)
      let end = place + 1 < starts.count ? starts[place + 1] : .max
      let part = min(count - done, end - offset - done)
      try files[place]?.read(done..<(done + part), of: &buffer, at: offset + done - starts[place])
      done += part
    }
  }

  /// Gives back what lies before an offset, as far as it fills files.
  func release(upTo offset: Int) {
    for place in starts.indices.dropLast() where starts[place + 1] <= offset { files[place] = nil }
  }

  private func size(of place: Int) -> Int { segment << min(place / 16, 16) }

  /// The file for an offset; files up to it are made.
  private func file(at offset: Int) throws(ToolError) -> Int {
    while starts.isEmpty || offset >= starts[starts.count - 1] + size(of: starts.count - 1) {
      let start = starts.isEmpty ? 0 : starts[starts.count - 1] + size(of: starts.count - 1)
      files.append(try UnnamedFile())
      starts.append(start)
    }
    return search(offset)
  }

  private func search(_ offset: Int) -> Int {
    (starts.firstIndex { $0 > offset } ?? starts.count) - 1
  }
}
