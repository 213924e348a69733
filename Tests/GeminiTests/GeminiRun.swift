import Foundation
import TestSupport

/// A folder with pictures and rows, and the built tool to run on them, beside
/// a stand-in: what the tests of the tool have in common.
struct GeminiRun {
  let scratch: Scratch
  var environment: [String: String]

  /// - Parameter baseURL: of the stand-in, or of nobody.
  init(_ baseURL: String, key: String? = StandIn.defaultKey) throws {
    scratch = try Scratch("gemini")
    environment = [
      "GOOGLE_GEMINI_BASE_URL": baseURL,
      "XDG_CACHE_HOME": scratch.path("cache"), "XDG_STATE_HOME": scratch.path("state"),
    ]
    environment["GEMINI_API_KEY"] = key
  }

  /// A row as vqa-hash writes it.
  struct Row: Encodable {
    var id: String
    var question: String
    var answer = "Yes"
    var image_path: String
    var image_size = [1, 1]
  }

  /// Rows, `perImage` questions to a picture, whose pictures are written too.
  func rows(_ count: Int, perImage: Int = 5, question: (Int) -> String = { "question \($0)?" })
    throws -> String
  {
    var text = ""
    for number in 0..<count {
      let path = "image\(number / perImage).png"
      if number % perImage == 0 { try scratch.write(Self.png(number / perImage), to: path) }
      let row = Row(id: "train/\(number)", question: question(number), image_path: path)
      text += String(decoding: try JSONEncoder().encode(row), as: UTF8.self) + "\n"
    }
    return text
  }

  /// The tool, with the folder as its working directory.
  func tool(_ arguments: [String] = []) -> Command {
    var command = Command.tool("vqa-gemini", arguments)
    command.environment = environment
    command.directory = scratch.url
    return command
  }

  /// Does something that takes long on a thread of its own, so that other
  /// tests go on.
  static func waiting<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
    }
  }

  /// What the tool wrote, row by row.
  static func objects(_ result: CommandResult) throws -> [[String: Any]] {
    try result.lines.map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
    }
  }

  /// The code of each row's error; an empty text for a row without one.
  static func codes(_ result: CommandResult) throws -> [String] {
    try objects(result).map { ($0["error"] as? [String: Any])?["code"] as? String ?? "" }
  }

  /// A grey picture of one pixel, 16 bits deep, so that there are many.
  static func png(_ value: Int) -> Data {
    var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    func append(_ type: String, _ content: [UInt8]) {
      let body = Array(type.utf8) + content
      data.append(contentsOf: bigEndian(UInt32(content.count)) + body)
      data.append(contentsOf: bigEndian(crc(body)))
    }
    append("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 16, 0, 0, 0, 0])
    let scanline = [0, UInt8(value >> 8 & 255), UInt8(value & 255)]
    append("IDAT", stored(scanline))
    append("IEND", [])
    return data
  }

  /// A zlib stream that is not compressed (RFC 1950, RFC 1951 section 3.2.4).
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var (a, b) = (UInt32(1), UInt32(0))
    for byte in bytes { (a, b) = ((a + UInt32(byte)) % 65521, (b + a + UInt32(byte)) % 65521) }
    let count = UInt8(bytes.count)
    return [0x78, 0x01, 0x01, count, 0, ~count, 0xFF] + bytes + bigEndian(b << 16 | a)
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) }
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var crc = ~UInt32(0)
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
