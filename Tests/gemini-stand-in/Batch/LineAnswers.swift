/// A line of a job's input, checked.
struct BatchLine {
  let key: String?
  /// `GenerateContentRequest`, its types checked.
  let request: Value
  /// Its text, by which the same request is told again.
  let bytes: ArraySlice<UInt8>

  /// The request's own text, so that it is answered as it would be alone, if
  /// the line is written as `{"key":…,"request":…}`; the whole line if not.
  var requestText: ArraySlice<UInt8> {
    let mark = Array("\"request\":".utf8)
    let beginning = bytes.prefix(1024)
    guard bytes.starts(with: Array("{\"key\":".utf8)), bytes.last == UInt8(ascii: "}"),
      let start = beginning.indices.first(where: { bytes[$0...].starts(with: mark) })
    else { return bytes }
    let own = bytes[(start + mark.count)...].dropLast()
    return own[(own.firstIndex { $0 > 0x20 } ?? own.startIndex)...]
  }
}

/// What came of a line.
struct LineOutcome {
  let result: BatchJob.ResultLine
  /// The digests of request and questions, for the sums.
  let digest: Digest
  let questions: [Digest]
  let isGood: Bool
  let promptTokens: Int
  let outputTokens: Int
}

extension Service {
  /// The lines of an input file.
  ///
  /// - Throws: the refusal of the whole job at the first bad line, in the
  ///   service's words.
  func batchLines(_ bytes: [UInt8]) throws(Refusal) -> [BatchLine] {
    var lines: [BatchLine] = []
    var start = 0
    while start < bytes.count {
      let end = bytes.firstOffset(of: UInt8(ascii: "\n"), from: start) ?? bytes.count
      defer { start = end + 1 }
      guard end > start else { continue }
      lines.append(try batchLine(Array(bytes[start..<end]), number: lines.count + 1))
    }
    guard !lines.isEmpty else { throw .invalidArgument("The input file has no requests.") }
    return lines
  }

  private func batchLine(_ bytes: [UInt8], number: Int) throws(Refusal) -> BatchLine {
    func bad(_ column: Int, _ problem: String) -> Refusal {
      .invalidArgument("Error on line \(number): invalid JSON, near column \(column): \(problem)")
    }
    let json: JSON
    do {
      json = try JSONScanner.parse(bytes)
    } catch {
      throw bad(error.offset + 1, "expected \(error.expected)")
    }
    guard case .object(let members) = json else { throw bad(1, "not an object") }
    var checker = ProtoChecker(bytes: bytes)
    var key: String?
    var request: Value?
    for (name, value) in members {
      switch name {
      case "key": key = checker.freeForm(value).string
      case "request":
        if let message = Message.all["GenerateContentRequest"] {
          request = checker.check(value, as: message)
        }
      default: throw bad(1, "no such field: '\(name)'")
      }
    }
    if let violation = checker.violations.first {
      throw bad(bytes.count, violation.description)
    }
    guard let request else { throw bad(bytes.count, "no request") }
    return try checked(BatchLine(key: key, request: request, bytes: bytes[...]), number)
  }

  /// An empty system instruction is refused in batches only.
  private func checked(_ line: BatchLine, _ number: Int) throws(Refusal) -> BatchLine {
    let parts = line.request["systemInstruction"]?["parts"]?.array ?? []
    if parts.contains(where: { $0["text"]?.string == "" }) {
      throw .invalidArgument("Error on line \(number): system_instruction must not be empty.")
    }
    return line
  }

  /// The requests of a body that holds them itself.
  func inlineLines(_ requests: [Value]) throws(Refusal) -> [BatchLine] {
    var lines: [BatchLine] = []
    for item in requests {
      guard let request = item["request"] else {
        throw .invalidArgument("* batch.input_config.requests[\(lines.count)]: no request.")
      }
      // Its types are checked as those of a line are.
      var text = Array("{\"request\":".utf8)
      text += request.compact
      text.append(UInt8(ascii: "}"))
      let line = try batchLine(text, number: lines.count + 1)
      lines.append(
        BatchLine(
          key: item["metadata"]?["key"]?.string, request: line.request, bytes: line.bytes))
    }
    return lines
  }

  /// The answer to a line, or its error.
  func answer(_ line: BatchLine, model: Model, key: APIKey, time: Double) -> LineOutcome {
    var digest = Digest(model.name)
    digest.combine(line.requestText)
    var questions: [Digest] = []
    var tokens = (prompt: 0, output: 0)
    var isGood = false
    var value: Value
    do throws(Refusal) {
      let prompt = try Prompt(line.request, model: model, images: &images)
      questions = prompt.asked
      tokens.prompt = prompt.tokens
      if let refusal = prompt.refusal { throw refusal }
      try RequestRules.check(line.request, for: model)
      let subject = FaultRule.Subject(
        key: key, model: model.name, text: prompt.text, digest: digest, time: time)
      let found = configuration.faults.fault(for: subject)
      let answer = try self.answer(
        line.request, prompt, model: model, version: "v1beta", key: key, digest: digest,
        found?.fault)
      tokens.output = answer.candidateTokens + answer.thoughtTokens
      isGood = answer.isGood(despite: found?.name)
      value = ["response": answer.body]
    } catch {
      value = ["error": error.batchError]
    }
    let isSuccess = value["response"] != nil
    return LineOutcome(
      result: BatchJob.ResultLine(key: line.key, value: value, isSuccess: isSuccess),
      digest: digest, questions: questions, isGood: isGood, promptTokens: tokens.prompt,
      outputTokens: tokens.output)
  }
}

extension Refusal {
  /// As a line of a result has it: `google.rpc.Status`, whose codes are not
  /// those of HTTP.
  var batchError: Value {
    let codes = [400: 3, 401: 16, 403: 7, 404: 5, 429: 8, 499: 1, 503: 14, 504: 4]
    return ["code": .int(codes[code] ?? 13), "message": .string(message)]
  }

  /// A line that failed for no reason of its own (about half of one job).
  static let internalLine = Refusal(
    code: 500, status: "INTERNAL",
    message: "An internal error has occurred. Please retry or report in "
      + "https://developers.generativeai.google/guide/troubleshooting")
}
