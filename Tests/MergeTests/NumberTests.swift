import Foundation
import TestSupport
import Testing

@testable import vqa_merge

/// Numbers as Python's `json` spells them.
@Suite struct NumberTests {
  @Test func doublesAreSpelledAsByPython() throws {
    let program = """
      import json, random, struct
      random.seed(15)
      def bits(n): return struct.unpack("<d", struct.pack("<Q", n))[0]
      values = [bits(random.getrandbits(64)) for _ in range(100_000)]
      values += [random.uniform(2.0**52, 2.0**54) for _ in range(60_000)]
      values += [float(f"{random.randrange(10**17)}e{random.randrange(-25, 25)}") for _ in range(40_000)]
      for power in range(-330, 310):
          for digit in (1, 5, 9.999999999999999):
              value = float(f"{digit}e{power}")
              n = struct.unpack("<Q", struct.pack("<d", value))[0]
              values += [bits(n + step) for step in (-1, 0, 1) if 0 <= n + step < 2**63]
      for power in range(-1074, 1024):
          n = struct.unpack("<Q", struct.pack("<d", 2.0**power))[0]
          values += [bits(n + step) for step in (-1, 0, 1) if n + step >= 0]
      for value in values:
          if value == value and abs(value) != float("inf"):
              for v in (value, -value):
                  print(struct.unpack("<Q", struct.pack("<d", v))[0], json.dumps(v))
      """
    let result = try Python.code(program).run()
    try #require(result.status == 0, "\(result)")
    var wrong: [Substring] = []
    for line in result.output.split(separator: "\n") {
      let parts = line.split(separator: " ")
      guard let bits = UInt64(parts[0]) else { continue }
      let ours = PythonSpelling.representation(of: Double(bitPattern: bits))
      if ours != parts[1] { wrong.append(line) }
    }
    #expect(result.output.utf8.count > 6_000_000)
    #expect(wrong.isEmpty, "\(wrong.count), such as \(wrong.prefix(5))")
  }

  @Test func answersThatAreDoublesComeOutAsFromPython() throws {
    let scratch = try Scratch()
    let numbers = [
      "9999999999999998.0", "9007199254740994.0", "-9007199254740993.0", "1e16", "1e15",
      "123456789012345678", "0.1e17", "9007199254740991.5", "99999999999999990e-1", "-0.0", "-0",
    ]
    let rows = numbers.enumerated().map { place, number in
      TestRow(place).line.replacingOccurrences(
        of: #""answer":"Yes""#, with: #""answer":\#(number)"#)
    }
    let file = try scratch.write(rows.joined(separator: "\n"), to: "rows")
    let expected = try oracle([file]).stdout
    #expect(try merge([file]).stdout == expected)
  }
}
