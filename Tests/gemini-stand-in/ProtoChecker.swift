/// Turns a request's JSON into a checked `Value` as Google's proto JSON parser
/// does: camelCase or snake_case names, a lone value for a repeated field,
/// enum values in any case or by number, numbers as strings.
struct ProtoChecker {
  struct Violation {
    /// The message that holds the field, as a path; empty at the root.
    let field: String
    let description: String
  }

  private let bytes: [UInt8]
  private(set) var violations: [Violation] = []

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The message's members under their camelCase names, repeated ones as arrays.
  mutating func check(_ json: JSON, as message: Message, at path: String = "") -> Value {
    guard case .object(let members) = json else {
      mismatch(json, path, message.name)
      return .null
    }
    var checked: [(key: String, value: Value)] = []
    var oneofs: Set<String> = []
    for (key, json) in members {
      guard let field = message.fields[key] else {
        unknownName(key, at: path)
        continue
      }
      if case .null = json { continue }
      if let oneof = field.oneof, !oneofs.insert(oneof).inserted {
        oneofClash(oneof, key, at: path)
        continue
      }
      let fieldPath = path.isEmpty ? field.protoName : "\(path).\(field.protoName)"
      checked.append((field.name, check(json, as: field, at: fieldPath)))
    }
    return .object(checked)
  }

  private mutating func check(_ json: JSON, as field: Field, at path: String) -> Value {
    guard field.repeated else { return check(json, as: field.kind, at: path) }
    guard case .array(let elements) = json else {
      return .array([check(json, as: field.kind, at: "\(path)[0]")])
    }
    var checked: [Value] = []
    for (index, element) in elements.enumerated() {
      checked.append(check(element, as: field.kind, at: "\(path)[\(index)]"))
    }
    return .array(checked)
  }

  private mutating func check(_ json: JSON, as kind: Field.Kind, at path: String) -> Value {
    switch kind {
    case .any: return any(json, at: path)
    case .message(let name):
      guard let message = Message.all[name] else { return any(json, at: path) }
      return check(json, as: message, at: path)
    case .map(let kind): return map(json, of: kind, at: path)
    case .enumeration(let name, let values):
      return enumeration(
        json, "type.googleapis.com/google.ai.generativelanguage.v1beta." + name,
        values, at: path)
    case .bool:
      if case .bool(let flag) = json { return .bool(flag) }
      return mismatch(json, path, "TYPE_BOOL")
    case .string:
      guard case .string(let range, let escaped) = json else {
        return mismatch(json, path, "TYPE_STRING")
      }
      return text(range, escaped: escaped, at: path)
    case .bytes:
      guard case .string(let range, let escaped) = json else {
        return mismatch(json, path, "TYPE_BYTES")
      }
      guard escaped else { return .data(bytes[range]) }
      guard let text = JSONScanner.decode(bytes[range], escaped: true) else {
        return mismatch(json, path, "TYPE_BYTES")
      }
      return .data(Array(text.utf8)[...])
    case .int32: return integer(json, Int(Int32.min)...Int(Int32.max), "TYPE_INT32", at: path)
    case .int64: return integer(json, Int.min...Int.max, "TYPE_INT64", at: path)
    case .float:
      guard let number = numberText(json).flatMap(Double.init), number.isFinite else {
        return mismatch(json, path, "TYPE_FLOAT")
      }
      return .double(number)
    }
  }

  private mutating func map(_ json: JSON, of kind: Field.Kind, at path: String) -> Value {
    guard case .object(let members) = json else { return mismatch(json, path, "a map") }
    var checked: [(key: String, value: Value)] = []
    for (key, json) in members {
      checked.append((key, check(json, as: kind, at: "\(path)[\(checked.count)].value")))
    }
    return .object(checked)
  }

  private mutating func enumeration(
    _ json: JSON, _ type: String, _ values: [String], at path: String
  ) -> Value {
    switch json {
    case .string(let range, escaped: false):
      let name = String(decoding: bytes[range], as: UTF8.self).uppercased()
      if values.contains(name) { return .string(name) }
    case .number(let range):
      let index = Int(String(decoding: bytes[range], as: UTF8.self))
      if let index, values.indices.contains(index) { return .string(values[index]) }
    default: break
    }
    return mismatch(json, path, type)
  }

  private mutating func integer(
    _ json: JSON, _ range: ClosedRange<Int>, _ type: String, at path: String
  ) -> Value {
    // 3.0 and "3" are integers to the proto parser.
    guard let text = numberText(json), let number = Int(text) ?? Double(text).flatMap(Int.init),
      range.contains(number)
    else { return mismatch(json, path, type) }
    return .int(number)
  }

  private func numberText(_ json: JSON) -> String? {
    switch json {
    case .number(let range), .string(let range, escaped: false):
      String(decoding: bytes[range], as: UTF8.self)
    default: nil
    }
  }

  private mutating func text(_ range: Range<Int>, escaped: Bool, at path: String) -> Value {
    guard let text = JSONScanner.decode(bytes[range], escaped: escaped) else {
      violations.append(
        Violation(field: path, description: "Invalid value at '\(path)' (TYPE_STRING), not UTF-8"))
      return .null
    }
    return .string(text)
  }

  /// A value that no message describes.
  mutating func freeForm(_ json: JSON) -> Value { any(json, at: "") }

  private mutating func any(_ json: JSON, at path: String) -> Value {
    switch json {
    case .null: return .null
    case .bool(let flag): return .bool(flag)
    case .number:
      let text = numberText(json) ?? ""
      return Int(text).map { .int($0) } ?? .double(Double(text) ?? 0)
    case .string(let range, let escaped): return text(range, escaped: escaped, at: path)
    case .array(let elements):
      var checked: [Value] = []
      for element in elements { checked.append(any(element, at: path)) }
      return .array(checked)
    case .object(let members):
      var checked: [(key: String, value: Value)] = []
      for (key, json) in members { checked.append((key, any(json, at: path))) }
      return .object(checked)
    }
  }
}

extension ProtoChecker {
  private mutating func unknownName(_ key: String, at path: String) {
    let place = path.isEmpty ? "" : " at '\(path)'"
    violations.append(
      Violation(
        field: path,
        description: "Invalid JSON payload received. Unknown name \"\(key)\"\(place): "
          + "Cannot find field."))
  }

  private mutating func oneofClash(_ oneof: String, _ key: String, at path: String) {
    violations.append(
      Violation(
        field: path,
        description: "Invalid value at '\(path)' (oneof), oneof field '\(oneof)' is already set. "
          + "Cannot set '\(key)'"))
  }

  @discardableResult
  private mutating func mismatch(_ json: JSON, _ path: String, _ type: String) -> Value {
    violations.append(
      Violation(
        field: path, description: "Invalid value at '\(path)' (\(type)), \(excerpt(json))"))
    return .null
  }

  private func excerpt(_ json: JSON) -> String {
    switch json {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .number(let range): String(decoding: bytes[range].prefix(40), as: UTF8.self)
    case .string(let range, _): "\"\(String(decoding: bytes[range].prefix(80), as: UTF8.self))\""
    case .array: "[…]"
    case .object: "{…}"
    }
  }
}
