internal import CYAML

/// A YAML value, as much of it as a data set's card needs: scalars stay text.
public enum YAML: Equatable, Sendable {
  /// A scalar. `isPlain` if it has no quotes, so that `true` is a boolean.
  case scalar(String, isPlain: Bool)
  case sequence([YAML])
  /// In the order of the text, doubled keys included.
  case mapping([Member])

  /// A key with its value.
  public struct Member: Equatable, Sendable {
    let key: String
    let value: YAML
  }

  /// Why a text is not YAML, with the line.
  public struct Malformed: Error, Equatable, CustomStringConvertible {
    /// Lower case, no full stop.
    public let description: String
  }

  /// Reads the first document of `text`; an empty text is an empty scalar.
  public init(parsing text: String) throws(Malformed) {
    let parser = YAMLParser(Array(text.utf8))
    self = try parser.document()
  }

  /// The value of a key, of a doubled one the last; nil if there is none.
  subscript(key: String) -> YAML? {
    guard case .mapping(let members) = self else { return nil }
    return members.last { $0.key == key }?.value
  }

  /// A scalar's text; nil for null and for what is no scalar.
  var text: String? {
    guard case .scalar(let text, let isPlain) = self else { return nil }
    return isPlain && ["", "~", "null", "Null", "NULL"].contains(text) ? nil : text
  }

  var isNull: Bool {
    guard case .scalar = self else { return false }
    return text == nil
  }

  /// The elements of a sequence.
  var elements: [YAML]? {
    guard case .sequence(let elements) = self else { return nil }
    return elements
  }

  /// Whether it is one of the spellings of true of YAML 1.1, which Python's
  /// `yaml` reads.
  var isTrue: Bool {
    guard case .scalar(let text, isPlain: true) = self else { return false }
    return ["true", "yes", "on"].contains(text.lowercased())
  }
}

/// libyaml's parser over one text. Both pointers are its own, from `init` to
/// `deinit`.
@safe private final class YAMLParser {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private var anchors: [String: YAML] = [:]
  /// Values that may still be made. Aliases multiply what they stand for.
  private var capacity = 1_000_000
  private static let maximumDepth = 64

  init(_ text: [UInt8]) {
    // libyaml keeps the address of its input, so it has a place of its own.
    unsafe input = UnsafeMutableBufferPointer.allocate(capacity: max(1, text.count))
    _ = unsafe input.initialize(from: text)
    unsafe parser = UnsafeMutablePointer.allocate(capacity: 1)
    unsafe yaml_parser_initialize(parser)
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, text.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  func document() throws(YAML.Malformed) -> YAML {
    while true {
      switch try next() {
      case .end: return .scalar("", isPlain: true)
      case .other: continue
      case let event: return try value(event, depth: 0)
      }
    }
  }

  /// What an event says, copied out of it.
  private enum Event {
    case scalar(String, isPlain: Bool, anchor: String?)
    case alias(String)
    case sequence(anchor: String?)
    case mapping(anchor: String?)
    case close, end, other
  }

  private func next() throws(YAML.Malformed) -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { unsafe yaml_event_delete(&event) }
    func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
      unsafe bytes.map { unsafe String(cString: $0) }
    }
    switch unsafe event.type {
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return unsafe .scalar(
        String(decoding: bytes, as: UTF8.self),
        isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE, anchor: text(scalar.anchor))
    case YAML_ALIAS_EVENT: return unsafe .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SEQUENCE_START_EVENT:
      return unsafe .sequence(anchor: text(event.data.sequence_start.anchor))
    case YAML_MAPPING_START_EVENT:
      return unsafe .mapping(anchor: text(event.data.mapping_start.anchor))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT, YAML_DOCUMENT_END_EVENT: return .close
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .end
    default: return .other
    }
  }

  private func value(_ event: Event, depth: Int) throws(YAML.Malformed) -> YAML {
    guard depth < Self.maximumDepth else { throw .init(description: "nested too deep") }
    capacity -= 1
    guard capacity > 0 else { throw .init(description: "too many values") }
    let made: YAML
    var name: String?
    switch event {
    case .scalar(let text, let isPlain, let anchor):
      (made, name) = (.scalar(text, isPlain: isPlain), anchor)
    case .alias(let anchor):
      guard let value = anchors[anchor] else {
        throw .init(description: "unknown alias \(anchor)")
      }
      capacity -= size(of: value)
      made = value
    case .sequence(let anchor):
      var elements: [YAML] = []
      while true {
        let event = try next()
        if case .close = event { break }
        elements.append(try value(event, depth: depth + 1))
      }
      (made, name) = (.sequence(elements), anchor)
    case .mapping(let anchor):
      (made, name) = (.mapping(try members(depth: depth)), anchor)
    case .close, .end, .other: throw .init(description: "ends early")
    }
    if let name { anchors[name] = made }
    return made
  }

  private func members(depth: Int) throws(YAML.Malformed) -> [YAML.Member] {
    var members: [YAML.Member] = []
    while true {
      let event = try next()
      if case .close = event { return members }
      let key = try value(event, depth: depth + 1)
      let member = try value(try next(), depth: depth + 1)
      // Keys that are no scalars say nothing that is looked for.
      if case .scalar(let text, _) = key { members.append(.init(key: text, value: member)) }
    }
  }

  private func size(of value: YAML) -> Int {
    switch value {
    case .scalar: 1
    case .sequence(let elements): elements.reduce(1) { $0 + size(of: $1) }
    case .mapping(let members): members.reduce(1) { $0 + size(of: $1.value) }
    }
  }

  private func failure() -> YAML.Malformed {
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "not YAML"
    let line = unsafe parser.pointee.problem_mark.line + 1
    return .init(description: "line \(line): \(problem)")
  }
}
