/// What a request asks, read out of its texts and images.
struct Prompt {
  /// A question of a request that asks several: a line that is a JSON object.
  struct Question {
    let id: Value
    let question: String
    let answer: String
  }

  /// The user's texts, a line between parts.
  private(set) var text = ""
  /// The end of the last line that begins with `Reference answer:`.
  private(set) var reference: String?
  /// The lines that are JSON objects with an `id`.
  private(set) var questions: [Question] = []
  private(set) var images: [Digest] = []
  private(set) var textTokens = 0
  private(set) var imageTokens = 0
  /// The first picture that was none; the service says so only after it has
  /// counted the request.
  private(set) var refusal: Refusal?

  var tokens: Int { textTokens + imageTokens }

  /// What is asked, question by question, whatever they are asked together
  /// with: digests of image and question, to tell what is paid for twice.
  var asked: [Digest] {
    var base = Digest("question")
    for image in images { base.combine(image.state) }
    let texts = questions.isEmpty ? [text] : questions.map { "\($0.question)\n\($0.answer)" }
    return texts.map { text in
      var digest = base
      digest.combine(Array(text.utf8)[...])
      return digest
    }
  }

  init(_ request: Value, model: Model, images store: inout ImageStore)
    throws(Refusal)
  {
    let resolution = request["generationConfig"]?["mediaResolution"]?.string
    for part in request["systemInstruction"]?["parts"]?.array ?? [] {
      textTokens += Tokens.text(part["text"]?.string ?? "")
    }
    for (index, content) in (request["contents"]?.array ?? []).enumerated() {
      for (part, value) in (content["parts"]?.array ?? []).enumerated() {
        if let text = value["text"]?.string { add(text: text) }
        guard let blob = value["inlineData"] else { continue }
        let level = value["mediaResolution"]?["level"]?.string ?? resolution
        try add(
          blob: blob, at: "contents[\(index)].parts[\(part)].inline_data", model: model,
          resolution: level, store: &store)
      }
    }
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) { read(line: line) }
  }

  private mutating func add(text part: String) {
    textTokens += Tokens.text(part)
    text += text.isEmpty ? part : "\n" + part
  }

  private mutating func read(line: Substring.UTF8View) {
    let line = line.drop { " *-".utf8.contains($0) }
    switch line.first {
    case UInt8(ascii: "R"), UInt8(ascii: "r"):
      let label = "reference answer:"
      guard Substring(line.prefix(label.utf8.count)).lowercased() == label else { return }
      reference = String(Substring(line.dropFirst(label.utf8.count))).trimmed
    case UInt8(ascii: "{"): read(question: Array(line))
    default: break
    }
  }

  private mutating func read(question bytes: [UInt8]) {
    guard let json = try? JSONScanner.parse(bytes), case .object = json else { return }
    var checker = ProtoChecker(bytes: bytes)
    let object = checker.freeForm(json)
    guard let id = object["id"] else { return }
    let answer = object["answer"] ?? object["reference_answer"] ?? object["referenceAnswer"]
    questions.append(
      Question(id: id, question: object["question"]?.string ?? "", answer: answer?.string ?? ""))
  }

  private mutating func add(
    blob: Value, at path: String, model: Model, resolution: String?,
    store: inout ImageStore
  ) throws(Refusal) {
    let mime = blob["mimeType"]?.string ?? ""
    guard case .data(let text) = blob["data"] else {
      refusal = refusal ?? .invalidArgument("* GenerateContentRequest.\(path).data: empty.\n")
      return
    }
    let (verdict, digest) = store.verdict(on: text)
    images.append(digest)
    switch verdict {
    case .notBase64:
      let excerpt = String(decoding: text.prefix(40), as: UTF8.self)
      throw .badRequest([
        ProtoChecker.Violation(
          field: path + ".data",
          description: "Invalid value at '\(path).data' (TYPE_BYTES), Base64 decoding failed for "
            + "\"\(excerpt)\"")
      ])
    case .image where !ImageStore.mimeTypes.contains(mime):
      refusal = refusal ?? .invalidArgument("Unsupported MIME type: \(mime)")
    case .notAnImage:
      refusal =
        refusal
        ?? .invalidArgument(
          ImageStore.mimeTypes.contains(mime)
            ? Prompt.unreadableImage : "Unsupported MIME type: \(mime)")
    case .image(let header):
      imageTokens += Tokens.image(header, resolution: resolution, model: model)
    }
  }

  static let unreadableImage =
    "Unable to process input image. Please retry or report in "
    + "https://developers.generativeai.google/guide/troubleshooting"
}

extension String {
  /// Without the spaces at its ends.
  var trimmed: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
