/// The structure that `responseSchema` and `responseJsonSchema` must have.
enum SchemaRules {
  static func check(_ config: Value) throws(Refusal) {
    let mime = config["responseMimeType"]?.string ?? "text/plain"
    guard ["", "text/plain", "application/json", "text/x.enum"].contains(mime) else {
      throw .invalidArgument(
        "* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are "
          + "`text/plain`, `application/json`, `application/xml`, `application/yaml` and "
          + "`text/x.enum`.\n")
    }
    let schema = config["responseSchema"]
    let jsonSchema = config["responseJsonSchema"]
    guard schema == nil || jsonSchema == nil else {
      throw .invalidArgument(
        "Only one of response_schema and response_json_schema can be set.")
    }
    guard schema != nil || jsonSchema != nil else { return }
    guard mime == "application/json" || (mime == "text/x.enum" && jsonSchema == nil) else {
      throw .invalidArgument(
        "Response schema needs a response mimetype that has one, application/json: "
          + "'\(mime)' is unsupported.")
    }
    if let schema {
      try check(schema, at: "GenerateContentRequest.generation_config.response_schema")
    }
  }

  private static func check(_ schema: Value, at path: String) throws(Refusal) {
    let alternatives = schema["anyOf"]?.array ?? []
    for (index, schema) in alternatives.enumerated() {
      try check(schema, at: "\(path).any_of[\(index)]")
    }
    let properties = schema["properties"]?.members ?? []
    switch schema["type"]?.string ?? "TYPE_UNSPECIFIED" {
    case "TYPE_UNSPECIFIED":
      guard !alternatives.isEmpty else {
        throw .invalidArgument("* \(path).type: must be specified\n")
      }
    case "ARRAY":
      guard let items = schema["items"] else {
        throw .invalidArgument("* \(path).items: missing field.\n")
      }
      try check(items, at: "\(path).items")
    case "OBJECT":
      guard !properties.isEmpty else {
        throw .invalidArgument("* \(path).properties: should be non-empty for OBJECT type\n")
      }
    default: break
    }
    for (name, schema) in properties { try check(schema, at: "\(path).properties[\(name)]") }
    try check(required: schema, properties: properties.map(\.key), at: path)
  }

  private static func check(
    required schema: Value, properties: [String], at path: String
  ) throws(Refusal) {
    for (index, name) in (schema["required"]?.array ?? []).enumerated()
    where !properties.contains(name.string ?? "") {
      throw .invalidArgument("* \(path).required[\(index)]: property is not defined\n")
    }
  }
}
