import Foundation
import Testing

@testable import Digests

/// One line of expected.txt, which make-expected.py prints with Python's hashlib.
struct Expected: CustomTestStringConvertible {
  let length: Int
  let digests: [String]
  var testDescription: String { "\(length) bytes" }

  var message: [UInt8] { (0..<length).map { UInt8(truncatingIfNeeded: 7 * $0 + 3) } }

  static let all: [Expected] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/expected.txt")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { line in
      let fields = line.split(separator: " ").map(String.init)
      return Expected(length: Int(fields[0]) ?? -1, digests: Array(fields[1...]))
    }
  }()
}

@Test func expectedValuesAreThere() {
  #expect(Expected.all.count == 14)
}

@Test(arguments: Expected.all)
func oneShotAgreesWithHashlib(expected: Expected) {
  let digests = [DigestAlgorithm.md5, .sha1, .sha256].map {
    hexadecimal(Digest.hash($0, expected.message))
  }
  #expect(digests == expected.digests)
}

@Test(arguments: Expected.all)
func piecesAgreeWithHashlib(expected: Expected) {
  let message = expected.message
  for (algorithm, known) in zip([DigestAlgorithm.md5, .sha1, .sha256], expected.digests) {
    var digest = Digest(algorithm)
    var start = 0
    var size = 1
    while start < message.count {
      let end = min(start + size, message.count)
      unsafe digest.update(Array(message[start..<end]).span.bytes)
      unsafe digest.update([UInt8]().span.bytes)
      start = end
      size = size * 3 % 4096 + 1
    }
    #expect(hexadecimal(digest.finish()) == known)
  }
}

@Test func hexadecimalHasEveryDigit() {
  #expect(hexadecimal([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]) == "0123456789abcdef")
  #expect(hexadecimal([]) == "")
}
