import ParquetWriter
import Shared

/// Parquet with the pictures in it and the `huggingface` features in the
/// footer, as `datasets` writes it: `load_dataset` and the Hub's viewer know
/// the column `image` as pictures.
struct ParquetFormat: PlainResultFormat {
  /// A row group takes so many bytes, of pictures mostly, or so many rows: it
  /// is what a reader loads at once.
  private static let groupBytes = 16 << 20
  private static let groupRows = 1_000

  private static let columns: [ParquetWriter.Column] = [
    .group("image", [.bytes("bytes"), .text("path")]), .text("question"),
    .text("original_answer"), .text("descriptive_answer"), .text("split"), .text("id"),
    .text("image_hash"),
  ]
  /// `Features.to_dict()` of them.
  private static let features =
    #"{"info": {"features": {"image": {"_type": "Image"}, "#
    + ["question", "original_answer", "descriptive_answer", "split", "id", "image_hash"]
    .map { "\"\($0)\": {\"dtype\": \"string\", \"_type\": \"Value\"}" }.joined(separator: ", ")
    + "}}}"

  private var sample = Sample()
  private var writer: ParquetWriter
  /// Bytes that a file takes before the next begins.
  private let shardSize: Int
  private var picture: [UInt8] = []
  private var pictureName: [UInt8] = []
  private var hash: [UInt8] = []
  /// Whether the picture has yet to be read: not before a row needs it.
  private var isPending = false
  /// Whether a file has been begun and not ended.
  private var isInFile = false
  private var hasFiles = false
  private(set) var endsFile = false

  /// - Parameter shardSize: nil for one file.
  init(shardSize: Int?) throws(ToolError) {
    self.shardSize = shardSize ?? .max
    do throws(ParquetWriterError) {
      writer = try ParquetWriter(
        columns: Self.columns, metadata: [("huggingface", Self.features)],
        creator: "\(Merge.toolName) \(toolkitVersion)")
    } catch {
      throw ToolError("\(error)")
    }
  }

  mutating func beginImage(_ record: Span<UInt8>, to output: inout [UInt8]) {
    sample.beginImage(record)
    isPending = true
  }

  mutating func append(_ row: Span<UInt8>, to output: inout [UInt8]) throws(ToolError) {
    endsFile = false
    guard sample.isOne(row) else { return }
    if isPending { try readPicture() }
    (isInFile, hasFiles) = (true, true)
    do throws(ParquetWriterError) {
      try append(row)
      if writer.pendingRows == Self.groupRows || writer.pendingBytes >= Self.groupBytes {
        try writer.endRowGroup(to: &output)
      }
      if writer.fileSize >= shardSize {
        try writer.endFile(to: &output)
        (endsFile, isInFile) = (true, false)
      }
    } catch {
      throw ToolError("parquet: \(error)")
    }
  }

  private mutating func append(_ row: Span<UInt8>) throws(ParquetWriterError) {
    let (picture, pictureName, hash) = (picture, pictureName, hash)
    try writer.append(picture.span)
    try writer.append(pictureName.span)
    for field in [Field.question, .answer, .descriptiveAnswer, .split, .id] {
      let value = row.extracting(Record.range(field, ofRow: row))
      if value.isEmpty {
        writer.appendNull()
      } else {
        let text = JSONText.decoded(value.unquoted)
        try writer.append(text.span)
      }
    }
    try writer.append(hash.span)
  }

  private mutating func readPicture() throws(ToolError) {
    let path = String(decoding: sample.decoded(.imagePath), as: UTF8.self)
    picture = try Picture(path).bytes
    pictureName = Array((path.split(separator: "/").last ?? "").utf8)
    hash = sample.decoded(.imageHash)
    isPending = false
  }

  mutating func end(to output: inout [UInt8]) throws(ToolError) {
    // Without a row there is one file with the columns alone.
    guard isInFile || !hasFiles else { return }
    do throws(ParquetWriterError) {
      try writer.endFile(to: &output)
    } catch {
      throw ToolError("parquet: \(error)")
    }
  }
}
