internal import CZlib

/// What a PNG's ancillary chunks say about how to turn it, and the shapes in
/// which Pillow refuses them. A later chunk takes an earlier one's place.
struct PNGMetadata {
  private var exif: [UInt8]?
  private var rawProfile: [UInt8]?
  private var xmp: [UInt8]?
  private var textBytes = 0
  private var compressedCount = 0

  /// What text may take uncompressed: one chunk, and all of them.
  private static let textLimit = 1 << 20
  private static let totalTextLimit = 64 << 20
  /// Chunks of compressed text or profiles, each of which may take the time
  /// of `textLimit` bytes whether or not it is sound.
  private static let compressedLimit = 1_024

  /// How the picture is to be turned: as eXIf says, ImageMagick's text of the
  /// same, or XMP where those do not.
  func orientation() throws(ImageError) -> Orientation {
    do {
      var tag: Int?
      if let exif {
        tag = try EXIF.orientation(exif)
      } else if let rawProfile {
        tag = try EXIF.orientation(Self.bytes(ofRawProfile: rawProfile))
      }
      return (tag ?? xmp.flatMap(XMP.orientation)).flatMap(Orientation.init) ?? .upright
    } catch {
      throw .damaged("its EXIF is no TIFF directory")
    }
  }

  /// Looks at a whole chunk, whatever its name.
  mutating func take(_ chunk: PNGChunk) throws(ImageError) {
    switch chunk.name {
    case "eXIf": exif = Array("Exif\0\0".utf8) + chunk.data
    case "tEXt": try takeText(chunk.data)
    case "zTXt": try takeCompressedText(chunk.data)
    case "iTXt": try takeInternationalText(chunk.data)
    case "iCCP": try checkProfile(chunk.data)
    case let name:
      if let minimum = Self.minimumLengths[name], chunk.length < minimum {
        throw .damaged("broken PNG file (its \(name) is cut)")
      }
    }
  }

  private static let minimumLengths = [
    "gAMA": 4, "cHRM": 32, "sRGB": 1, "pHYs": 9, "IHDR": 13, "acTL": 8, "fcTL": 26, "fdAT": 4,
  ]

  /// tEXt: keyword, null, text.
  private mutating func takeText(_ data: ArraySlice<UInt8>) throws(ImageError) {
    let (key, text) = data.splitAtNull() ?? (data, [])
    if key.elementsEqual("exif".utf8) { exif = Array(text) }
    try keep(key, Array(text))
  }

  /// zTXt: keyword, null, method 0, zlib stream.
  private mutating func takeCompressedText(_ data: ArraySlice<UInt8>) throws(ImageError) {
    let (key, rest) = data.splitAtNull() ?? (data, [])
    guard (rest.first ?? 0) == 0 else {
      throw .damaged("broken PNG file (unknown compression of zTXt)")
    }
    try keep(key, try inflated(rest.dropFirst()) ?? [])
  }

  /// iTXt: keyword, null, flag, method, language, null, keyword, null, text.
  private mutating func takeInternationalText(_ data: ArraySlice<UInt8>) throws(ImageError) {
    guard let (key, rest) = data.splitAtNull(), rest.count >= 2,
      let flag = rest.first, let method = rest.dropFirst().first,
      let (_, translated) = rest.dropFirst(2).splitAtNull(),
      let (_, stored) = translated.splitAtNull()
    else { return }
    var text = Array(stored)
    if flag != 0 {
      guard method == 0, let inflated = try inflated(stored) else { return }
      text = inflated
    }
    try keep(key, text)
  }

  private mutating func keep(_ key: ArraySlice<UInt8>, _ text: [UInt8]) throws(ImageError) {
    guard !key.isEmpty else { return }
    textBytes += text.count
    guard textBytes <= Self.totalTextLimit else {
      throw .damaged("too much text in a PNG file")
    }
    if key.elementsEqual("Raw profile type exif".utf8) { rawProfile = text }
    if key.elementsEqual("XML:com.adobe.xmp".utf8) { xmp = text }
  }

  /// iCCP: name, null, method 0, zlib stream.
  private mutating func checkProfile(_ data: ArraySlice<UInt8>) throws(ImageError) {
    // Without a null Pillow finds the method in the first byte.
    let method = data.splitAtNull().map(\.1)?.first ?? data.first
    guard method == 0 else { throw .damaged("broken PNG file (its iCCP is cut)") }
    if let (_, rest) = data.splitAtNull() { _ = try inflated(rest.dropFirst()) }
  }

  /// ImageMagick's text: a line feed, the name, the length, hexadecimal lines.
  private static func bytes(ofRawProfile text: [UInt8]) throws(EXIF.Malformed) -> [UInt8] {
    let lines = text.split(separator: 0x0a, omittingEmptySubsequences: false).dropFirst(3)
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in lines.joined() where ![0x20, 0x09, 0x0b, 0x0c, 0x0d].contains(character) {
      guard let digit = Character(UnicodeScalar(character)).hexDigitValue else {
        throw EXIF.Malformed()
      }
      if let first = high {
        bytes.append(first << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    guard high == nil else { throw EXIF.Malformed() }
    return bytes
  }

  /// A zlib stream's content; nil if it is damaged or cut short.
  private mutating func inflated(_ data: ArraySlice<UInt8>) throws(ImageError) -> [UInt8]? {
    guard !data.isEmpty else { return nil }
    compressedCount += 1
    guard compressedCount <= Self.compressedLimit else {
      throw .tooMuchWork("a PNG of more than \(Self.compressedLimit) compressed texts is not read")
    }
    let textLimit = Self.textLimit
    let input = Array(data)
    var length = uLong(textLimit)
    var status = Z_OK
    let text = unsafe [UInt8](unsafeUninitializedCapacity: textLimit) { buffer, count in
      status = unsafe uncompress(buffer.baseAddress, &length, input, uLong(input.count))
      count = status == Z_OK ? Int(length) : 0
    }
    guard status != Z_BUF_ERROR || length < uLong(textLimit) else {
      throw .damaged("too much text in a chunk of a PNG file")
    }
    return status == Z_OK ? text : nil
  }
}

extension ArraySlice<UInt8> {
  /// What stands before and behind the first null; nil without one.
  fileprivate func splitAtNull() -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
    guard let null = firstIndex(of: 0) else { return nil }
    return (self[..<null], self[(null + 1)...])
  }
}
