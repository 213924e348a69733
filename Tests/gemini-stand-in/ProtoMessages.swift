/// The messages of `GenerateContentRequest`, as data: what the checker takes.
///
/// Source: Google's OpenAPI document of the API (revision 20250701) with the
/// fields that google-genai 3.4.0 sends since. What the stand-in does not look
/// into (tools, speech) is taken as any object.
struct Message: Sendable {
  /// The type's name in Google's error texts.
  let name: String
  let fields: [String: Field]

  init(_ name: String, _ fields: [Field]) {
    self.name = "type.googleapis.com/google.ai.generativelanguage.v1beta.\(name)"
    var byName: [String: Field] = [:]
    for field in fields {
      byName[field.name] = field
      byName[field.protoName] = field
    }
    self.fields = byName
  }
}

struct Field: Sendable {
  indirect enum Kind: Sendable {
    case string, bytes, bool, int32, int64, float, any
    case enumeration(String, [String])
    /// A message of `Message.all`, by name: schemas hold schemas.
    case message(String)
    case map(Kind)
  }

  /// lowerCamelCase, as JSON has it.
  let name: String
  let kind: Kind
  let repeated: Bool
  /// The oneof that the field belongs to: one of its fields at most may be set.
  let oneof: String?

  /// snake_case, as the proto has it: taken as well, and used in error texts.
  let protoName: String

  init(_ name: String, _ kind: Kind, repeated: Bool = false, oneof: String? = nil) {
    self.name = name
    self.kind = kind
    self.repeated = repeated
    self.oneof = oneof
    protoName = name.reduce(into: "") { snake, character in
      snake += (character.isUppercase ? "_" : "") + character.lowercased()
    }
  }
}

extension Message {
  static let all: [String: Message] = [
    "GenerateContentRequest": Message(
      "GenerateContentRequest",
      [
        Field("model", .string),
        Field("contents", .message("Content"), repeated: true),
        Field("systemInstruction", .message("Content")),
        Field("generationConfig", .message("GenerationConfig")),
        Field("safetySettings", .message("SafetySetting"), repeated: true),
        Field("tools", .any, repeated: true), Field("toolConfig", .any),
        Field("cachedContent", .string), Field("store", .bool),
        Field("labels", .map(.string)),
        Field(
          "serviceTier",
          .enumeration("ServiceTier", ["UNSPECIFIED", "FLEX", "STANDARD", "PRIORITY"])),
      ]),
    "CountTokensRequest": Message(
      "CountTokensRequest",
      [
        Field("model", .string),
        Field("contents", .message("Content"), repeated: true),
        Field("generateContentRequest", .message("GenerateContentRequest")),
      ]),
    "BatchGenerateContentRequest": Message(
      "BatchGenerateContentRequest", [Field("batch", .message("GenerateContentBatch"))]),
    "GenerateContentBatch": Message(
      "GenerateContentBatch",
      [
        Field("model", .string), Field("name", .string), Field("displayName", .string),
        Field("inputConfig", .message("InputConfig")), Field("priority", .int64),
        Field("webhookConfig", .any),
      ]),
    "InputConfig": Message(
      "InputConfig",
      [
        Field("fileName", .string, oneof: "source"),
        Field("requests", .message("InlinedRequests"), oneof: "source"),
      ]),
    "InlinedRequests": Message(
      "InlinedRequests", [Field("requests", .any, repeated: true)]),
    "CreateFileRequest": Message("CreateFileRequest", [Field("file", .message("File"))]),
    "File": Message(
      "File",
      [
        Field("name", .string), Field("displayName", .string), Field("mimeType", .string),
        Field("sizeBytes", .int64), Field("uri", .string),
      ]),
    "Content": Message(
      "Content",
      [Field("role", .string), Field("parts", .message("Part"), repeated: true)]),
    "Part": Message(
      "Part",
      [
        Field("text", .string, oneof: "data"),
        Field("inlineData", .message("Blob"), oneof: "data"),
        Field("fileData", .message("FileData"), oneof: "data"),
        Field("functionCall", .any, oneof: "data"),
        Field("functionResponse", .any, oneof: "data"),
        Field("executableCode", .any, oneof: "data"),
        Field("codeExecutionResult", .any, oneof: "data"),
        Field("toolCall", .any, oneof: "data"), Field("toolResponse", .any, oneof: "data"),
        Field("thought", .bool), Field("thoughtSignature", .bytes),
        Field("videoMetadata", .any), Field("partMetadata", .any),
        Field("mediaResolution", .message("MediaResolution")),
      ]),
    "MediaResolution": Message(
      "MediaResolution",
      [
        Field(
          "level",
          .enumeration("MediaResolution.Level", resolutions + ["MEDIA_RESOLUTION_ULTRA_HIGH"]))
      ]),
    "Blob": Message("Blob", [Field("mimeType", .string), Field("data", .bytes)]),
    "FileData": Message("FileData", [Field("mimeType", .string), Field("fileUri", .string)]),
    "SafetySetting": Message(
      "SafetySetting",
      [
        Field(
          "category",
          .enumeration(
            "HarmCategory",
            [
              "UNSPECIFIED", "HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT",
              "CIVIC_INTEGRITY", "JAILBREAK",
            ].map { "HARM_CATEGORY_\($0)" })),
        Field(
          "threshold",
          .enumeration(
            "SafetySetting.HarmBlockThreshold",
            [
              "HARM_BLOCK_THRESHOLD_UNSPECIFIED", "BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE",
              "BLOCK_ONLY_HIGH", "BLOCK_NONE", "OFF",
            ])),
      ]),
    "GenerationConfig": generationConfig,
    "ThinkingConfig": Message(
      "ThinkingConfig",
      [
        Field("includeThoughts", .bool), Field("thinkingBudget", .int32),
        Field(
          "thinkingLevel",
          .enumeration(
            "ThinkingConfig.ThinkingLevel",
            ["THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"])),
      ]),
    "Schema": schema,
  ]

  static let resolutions = ["UNSPECIFIED", "LOW", "MEDIUM", "HIGH"].map { "MEDIA_RESOLUTION_\($0)" }

  private static let generationConfig = Message(
    "GenerationConfig",
    [
      Field("temperature", .float), Field("topP", .float), Field("topK", .int32),
      Field("candidateCount", .int32), Field("maxOutputTokens", .int32),
      Field("stopSequences", .string, repeated: true), Field("responseMimeType", .string),
      Field("responseSchema", .message("Schema")), Field("responseJsonSchema", .any),
      Field("seed", .int32), Field("presencePenalty", .float),
      Field("frequencyPenalty", .float), Field("responseLogprobs", .bool),
      Field("logprobs", .int32),
      Field("mediaResolution", .enumeration("GenerationConfig.MediaResolution", resolutions)),
      Field("thinkingConfig", .message("ThinkingConfig")),
      Field(
        "responseModalities",
        .enumeration(
          "GenerationConfig.Modality", ["MODALITY_UNSPECIFIED", "TEXT", "IMAGE", "AUDIO"]),
        repeated: true),
      Field("speechConfig", .any), Field("imageConfig", .any),
      Field("enableEnhancedCivicAnswers", .bool), Field("continuationToken", .string),
      Field("audioTranscriptionConfig", .any),
    ])

  /// The OpenAPI subset. `const`, `$ref`, `additionalProperties` and the rest of
  /// JSON Schema are unknown names here; they belong in `responseJsonSchema`.
  private static let schema = Message(
    "Schema",
    [
      Field(
        "type",
        .enumeration(
          "Type",
          ["TYPE_UNSPECIFIED", "STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"])
      ),
      Field("format", .string), Field("title", .string), Field("description", .string),
      Field("nullable", .bool), Field("enum", .string, repeated: true),
      Field("items", .message("Schema")), Field("properties", .map(.message("Schema"))),
      Field("required", .string, repeated: true),
      Field("propertyOrdering", .string, repeated: true),
      Field("minItems", .int64), Field("maxItems", .int64), Field("minProperties", .int64),
      Field("maxProperties", .int64), Field("minLength", .int64), Field("maxLength", .int64),
      Field("minimum", .float), Field("maximum", .float), Field("pattern", .string),
      Field("example", .any), Field("default", .any),
      Field("anyOf", .message("Schema"), repeated: true),
    ])
}
