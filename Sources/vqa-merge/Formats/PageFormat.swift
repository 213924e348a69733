internal import Digests
import Shared

/// A page that shows the result in a browser to be looked through and judged:
/// one file that asks no network. Its data are blocks of JSON, an array of
/// images with their pairs each.
struct PageFormat: ResultFormat {
  /// Bytes after which a block of data ends with its image.
  private static let blockSize = 1 << 18

  private let title: String
  private let embedsImages: Bool
  /// Where the page will be, from the root.
  private let folder: [Substring]
  private var sample = Sample()
  /// The block that is being made.
  private var block: [UInt8] = []
  /// The SHA-256 of each block; verdicts in the browser are kept under theirs.
  private var digests: [UInt8] = []
  private var hasHead = false
  /// Whether the image has yet to be begun: not before a row needs it.
  private var isPending = false
  private var isInImage = false

  /// - Parameters:
  ///   - output: where the page goes; nil is stdout, which is taken to be in
  ///     the working directory.
  ///   - embedsImages: whether pictures are in the page, or beside it.
  init(output: String?, embedsImages: Bool) {
    let isFile = output != nil && output != "-"
    let path = isFile ? output ?? "" : "review.html"
    title = "Review of \(path.split(separator: "/").last ?? "")"
    folder = WorkingDirectory.components(path).dropLast()
    self.embedsImages = embedsImages
  }

  mutating func beginImage(_ record: Span<UInt8>, to output: inout [UInt8]) {
    endImage()
    if block.count >= Self.blockSize { endBlock(to: &output) }
    sample.beginImage(record)
    isPending = true
  }

  mutating func append(
    _ row: Span<UInt8>, _ flags: [RaisedFlag], to output: inout [UInt8]
  ) throws(ToolError) {
    guard sample.isOne(row) else { return }
    if isPending { try beginBlockImage() } else { block += ",\n".utf8 }
    appendPair(row, flags)
  }

  private mutating func beginBlockImage() throws(ToolError) {
    block += block.isEmpty ? "[".utf8 : ",\n".utf8
    block += "{\"hash\":\"".utf8
    sample.append(.imageHash, to: &block)
    // A string: numbers may be spelled as JavaScript has none.
    block += "\",\"size\":\"".utf8
    sample.append(.imageSize, to: &block)
    block += "\",\"src\":".utf8
    JSONText.appendQuoted(try source(), to: &block)
    block += ",\"pairs\":[\n".utf8
    (isPending, isInImage) = (false, true)
  }

  /// The picture's address.
  private func source() throws(ToolError) -> [UInt8] {
    let path = String(decoding: sample.decoded(.imagePath), as: UTF8.self)
    guard embedsImages else { return Array(PageLink.relative(path, to: folder).utf8) }
    let picture = try Picture(path)
    var text = Array("data:\(picture.format.mimeType);base64,".utf8)
    Base64.encode(picture.bytes.span, to: &text)
    return text
  }

  private mutating func appendPair(_ row: Span<UInt8>, _ flags: [RaisedFlag]) {
    let details = RowDetails(row)
    block += "{\"id\":".utf8
    if Record.range(.id, ofRow: row).isEmpty {
      block += "null".utf8
    } else {
      block += "\"".utf8
      block.append(unquoted: .id, ofRow: row)
      block += "\"".utf8
    }
    for (name, field) in [("question", Field.question), ("reference", .answer)] {
      block += ",\"\(name)\":\"".utf8
      block.append(unquoted: field, ofRow: row)
      block += "\"".utf8
    }
    block += ",\"answer\":".utf8
    block.append(.descriptiveAnswer, ofRow: row)
    block += ",\"sha256\":\"".utf8
    block += AnswerDigest.of(row.extracting(Record.range(.descriptiveAnswer, ofRow: row))).utf8
    block += "\",\"split\":".utf8
    block.append(.split, ofRow: row)
    block += ",\"kind\":\"\(details.kind.rawValue)\",\"model\":".utf8
    JSONText.appendQuoted(details.model, to: &block)
    block += ",\"blind\":".utf8
    if let blind = details.blind {
      block += "{\"text\":".utf8
      JSONText.appendQuoted(blind.text, to: &block)
      block += ",\"agrees\":\(blind.agrees.map(String.init) ?? "null")}".utf8
    } else {
      block += "null".utf8
    }
    block += ",\"flags\":[".utf8
    for (place, flag) in flags.enumerated() {
      block += "\(place == 0 ? "" : ",")[\"\(flag.flag.rawValue)\",".utf8
      flag.appendWords(to: &block)
      block += "]".utf8
    }
    block += "]}".utf8
  }

  private mutating func endImage() {
    if isInImage { block += "\n]}".utf8 }
    isInImage = false
  }

  private mutating func endBlock(to output: inout [UInt8]) {
    if !hasHead { PageTemplate.appendHead(title: title, to: &output) }
    hasHead = true
    guard !block.isEmpty else { return }
    block += "]".utf8
    digests += Digest.hash(.sha256, block)
    output += "<script type=\"application/json\" class=\"data\">".utf8
    PageTemplate.append(scriptSafe: block.span, to: &output)
    output += "</script>\n".utf8
    block.removeAll(keepingCapacity: true)
  }

  mutating func end(to output: inout [UInt8]) {
    endImage()
    endBlock(to: &output)
    var about = Array("{\"digest\":\"".utf8)
    about += "\(hexadecimal(Digest.hash(.sha256, digests)))\",\"title\":".utf8
    JSONText.appendQuoted(title, to: &about)
    let unmarked = AnswerFlag.allCases.filter { !$0.namesWordsOfAnswer }
    about += ",\"unmarked\":[".utf8
    about += unmarked.map { "\"\($0.rawValue)\"" }.joined(separator: ",").utf8
    about += "]}".utf8
    PageTemplate.appendEnd(about: about, to: &output)
  }
}
