/// What Pillow learns from the markers before the first scan, and with the
/// same refusals: libjpeg gets to see only files that pass this.
///
/// Sources: ITU-T T.81, annex B; Pillow's `JpegImagePlugin`.
struct JPEGHeader {
  private(set) var width = 0
  private(set) var height = 0
  /// 1: gray, 3: RGB, 4: CMYK; 0 until there is a frame header.
  private(set) var components = 0
  /// Whether the samples come in more than one scan.
  private(set) var hasSeveralScans = false

  private var exif: [UInt8]?
  private var xmp: ArraySlice<UInt8>?
  private var hasResolution = false
  /// The first part, in the order of their bytes, of a colour profile.
  private var firstProfilePart: ArraySlice<UInt8>?

  /// Reads from the start of the image to the first scan.
  init(_ bytes: [UInt8]) throws(ImageError) {
    let reader = ByteReader(bytes)
    var position = 2
    while let byte = reader.byte(position) {
      position += 1
      guard byte == 0xff else { continue }
      while reader.byte(position) == 0xff { position += 1 }
      guard let marker = reader.byte(position) else { break }
      position += 1
      guard marker != 0 else { continue }
      guard marker >= 0xc0 else {
        throw .damaged("broken JPEG file (no marker is called ff \(hexByte(marker)))")
      }
      guard Self.hasSegment(marker) else { continue }
      let segment = try Self.segment(reader, position)
      position += 2 + segment.count
      try take(marker, segment)
      if marker == Marker.startOfScan {
        try check()
        return
      }
    }
    throw .damaged("broken JPEG file (it ends before the first scan)")
  }

  /// How the picture is to be turned: as EXIF says, or XMP where EXIF does not.
  ///
  /// Pillow reads EXIF early to find a resolution that JFIF does not tell, and
  /// then does without a malformed block; otherwise it fails on one.
  func orientation() throws(ImageError) -> Orientation {
    do {
      let tag = try exif.map(EXIF.orientation) ?? nil
      return (tag ?? xmp.flatMap(XMP.orientation)).flatMap(Orientation.init) ?? .upright
    } catch {
      guard hasResolution else { return .upright }
      throw .damaged("its EXIF is no TIFF directory")
    }
  }
}

extension JPEGHeader {
  private enum Marker {
    static let startOfScan: UInt8 = 0xda
    static let quantization: UInt8 = 0xdb
    static let app0: UInt8 = 0xe0
    static let app1: UInt8 = 0xe1
    static let app2: UInt8 = 0xe2
    static let app14: UInt8 = 0xee
    static let progressive: Set<UInt8> = [0xc2, 0xc6, 0xca, 0xce]
    static let frames: Set<UInt8> = Set(0xc0...0xcf).subtracting([0xc4, 0xc8, 0xcc]).union([0xde])
  }

  /// Markers that stand alone, in Pillow's table: JPG, RSTn, SOI, EOI, JPGn.
  private static func hasSegment(_ marker: UInt8) -> Bool {
    switch marker {
    case 0xc8, 0xd0...0xd9, 0xf0...0xfd, 0xff: false
    default: true
    }
  }

  /// What stands behind a segment's length. A length below 2, which counts
  /// not even itself, is nothing.
  private static func segment(
    _ reader: ByteReader, _ position: Int
  ) throws(ImageError) -> ArraySlice<UInt8> {
    guard let length = reader.uint16(position),
      let segment = reader.slice(position + 2, max(0, length - 2))
    else { throw .damaged("truncated JPEG file (a marker segment is cut)") }
    return segment
  }

  private mutating func take(_ marker: UInt8, _ segment: ArraySlice<UInt8>) throws(ImageError) {
    switch marker {
    case Marker.app0 where segment.starts(with: "JFIF".utf8): try takeJFIF(segment)
    case Marker.app1: takeMetadata(segment)
    case Marker.app2 where segment.starts(with: "ICC_PROFILE\0".utf8):
      takeProfile(segment)
    case Marker.app14 where segment.starts(with: "Adobe".utf8) && segment.count < 7:
      throw .damaged("broken JPEG file (its Adobe marker is cut)")
    case Marker.quantization: try checkTables(segment)
    case let frame where Marker.frames.contains(frame):
      try takeFrame(segment)
      if Marker.progressive.contains(frame) { hasSeveralScans = true }
    case Marker.startOfScan:
      // SOS (B.2.3): the number of components in the scan.
      if let count = segment.first, count < components { hasSeveralScans = true }
    default: break
    }
  }

  /// JFIF 1.02, page 5: version, units (1: dots per inch, 2: per cm), density.
  private mutating func takeJFIF(_ segment: ArraySlice<UInt8>) throws(ImageError) {
    let reader = ByteReader(segment)
    guard reader.count >= 7 else {
      throw .damaged("broken JPEG file (its JFIF marker is cut)")
    }
    if let unit = reader.byte(7), reader.count >= 12, unit == 1 || unit == 2 {
      hasResolution = true
    }
  }

  private mutating func takeMetadata(_ segment: ArraySlice<UInt8>) {
    let xmpName = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
    if segment.starts(with: "Exif\0\0".utf8) {
      // In place: a file may hold thousands of them.
      if exif == nil {
        exif = Array(segment)
      } else {
        exif?.append(contentsOf: segment.dropFirst(6))
      }
    } else if segment.starts(with: xmpName) {
      xmp = segment.dropFirst(xmpName.count)
    }
  }

  private mutating func takeProfile(_ segment: ArraySlice<UInt8>) {
    if let first = firstProfilePart, !segment.lexicographicallyPrecedes(first) { return }
    firstProfilePart = segment
  }

  /// DQT (B.2.4.1): tables of 64 numbers of one or two bytes, one byte before each.
  private func checkTables(_ segment: ArraySlice<UInt8>) throws(ImageError) {
    var rest = segment
    while let first = rest.first {
      let size = 1 + (first >> 4 == 0 ? 64 : 128)
      guard rest.count >= size else {
        throw .damaged("broken JPEG file (bad quantization table)")
      }
      rest = rest.dropFirst(size)
    }
  }

  /// SOFn (B.2.2): precision, height, width, components, three bytes for each.
  private mutating func takeFrame(_ segment: ArraySlice<UInt8>) throws(ImageError) {
    let reader = ByteReader(segment)
    guard let precision = reader.byte(0), let height = reader.uint16(1),
      let width = reader.uint16(3), let components = reader.byte(5)
    else { throw .damaged("broken JPEG file (its frame header is cut)") }
    guard precision == 8 else {
      throw .unsupportedMode("a JPEG of \(precision) bits a sample is not read, only 8")
    }
    guard [1, 3, 4].contains(components) else {
      throw .unsupportedMode("a JPEG of \(components) components is not read, only 1, 3 and 4")
    }
    guard (reader.count - 6) % 3 == 0, (firstProfilePart?.count ?? 14) >= 14 else {
      throw .damaged("broken JPEG file (a segment before the frame's end is cut)")
    }
    firstProfilePart = nil
    (self.width, self.height, self.components) = (width, height, Int(components))
  }

  private func check() throws(ImageError) {
    guard components > 0, width > 0, height > 0 else {
      throw .damaged("broken JPEG file (no size before the first scan)")
    }
  }
}

/// Two hexadecimal digits.
private func hexByte(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}
