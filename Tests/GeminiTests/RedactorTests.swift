import Foundation
import Testing

@testable import vqa_gemini

/// No form of a key leaves the tool.
struct RedactorTests {
  static let secret = "AIzaSyA0123456789-abcdefghij_klmnopqrst"
  static let odd = "sk/odd+key=with&marks"

  private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  private static func json(_ text: String) -> String {
    text.utf16.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }

  private static func html(_ text: String) -> String {
    text.unicodeScalars.map { "&#\($0.value);" }.joined()
  }

  private static func percent(_ text: String) -> String {
    text.utf8.map { "%" + String($0, radix: 16) }.joined()
  }

  static let forms: [String] = [
    secret, "a\(secret)b", odd, percent(secret), percent(odd), json(secret), json(odd),
    html(secret), html(odd), odd.replacingOccurrences(of: "/", with: "\\/"),
    base64(secret), base64("a" + secret), base64("user:\(secret)!"), base64("xy" + secret + "\n"),
    base64("x" + odd),
    // Without width, but enough to hide a key from a comparison of texts.
    secret.map { "\($0)\u{301}" }.joined(), secret.map { "\($0)\u{200B}" }.joined(),
    "\(secret)\u{301}", "\(secret.prefix(9))\\u0301\(secret.dropFirst(9))",
    // Cut, by whoever did it.
    String(secret.prefix(32)), "<pre>x-goog-api-key: \(secret.prefix(12))</pre>",
    String(secret.suffix(20)) + " and more", String(secret.dropFirst(4).dropLast(4)),
    "X-Goog-Api-Key: \(secret.prefix(3))\r\n", #"{"x-goog-api-key": "\#(secret.prefix(5))"}"#,
    "\(secret.prefix(20))\n\(secret.dropFirst(20))",
  ]

  @Test(arguments: forms) func noFormIsLeft(form: String) throws {
    let redactor = Redactor([
      try APIKey(secret: Self.secret, name: "one"), try APIKey(secret: Self.odd, name: "two"),
    ])
    let text = String(
      decoding: redactor.redact(Array("before \(form) after".utf8)), as: UTF8.self)
    #expect(text.contains("[one]") || text.contains("[two]") || text.contains("[key]"), "\(text)")
    #expect(text.hasPrefix("before ") && text.hasSuffix(" after"))
    let plain = text.unicodeScalars.filter { !$0.properties.isGraphemeExtend && $0 != "\u{200B}" }
      .map(String.init).joined()
    for length in 8...12 {
      for start in 0...(Self.secret.count - length) {
        let part = Self.secret.dropFirst(start).prefix(length)
        #expect(!plain.contains(part), "\(text)")
      }
    }
  }

  @Test(arguments: [
    "", "{}", "A plain text.", "x-goog-api-key is a header", "50 % & \\n \\u00e9 é <b>",
    "AIzaSy is how keys begin", "lung", "\u{301}", "\\", "\\u", "%", "&#", "&#;", "\\u12",
  ])
  func otherTextStays(text: String) throws {
    let redactor = Redactor([
      try APIKey(secret: Self.secret), try APIKey(secret: "lung"), try APIKey(secret: "key"),
      try APIKey(secret: "stand-in-key"),
    ])
    for text in [text, "stand-in-\(text).", "the lung \(text) of a key"] {
      #expect(redactor.redacted(text: text) == text)
    }
  }

  /// A short key made of words is taken out whole, in the header's echo, and
  /// where the text was cut.
  @Test func shortKeysAreTakenOutWhole() throws {
    let redactor = Redactor([
      try APIKey(secret: "stand-in-key", name: "one"), try APIKey(secret: "lung", name: "two"),
    ])
    #expect(redactor.redacted(text: "a stand-in-key b") == "a [one] b")
    #expect(redactor.redacted(text: "key=stand-in-k") == "key=[one]")
    #expect(
      redactor.redacted(text: "x-goog-api-key: lung\r\nlung") == "x-goog-api-key: [key]\r\nlung")
  }

  /// In a message the key is taken out before the text is cut.
  @Test func aMessageIsOneShortLine() throws {
    let redactor = Redactor([try APIKey(secret: Self.secret, name: "one")])
    let shown = redactor.redacted("a \(Self.secret)\r\n\tb \(Self.secret)")
    #expect(shown == "a [one] b [one]")
    let long = redactor.redacted(String(repeating: "x", count: 298) + Self.secret)
    #expect(long.count == 301 && !long.contains("AIza"))
  }

  @Test func noKeyIsNoWork() throws {
    #expect(Redactor([]).redacted(text: "a\u{301}") == "a\u{301}")
  }
}
