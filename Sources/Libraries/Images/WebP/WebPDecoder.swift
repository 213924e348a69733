internal import CWebP

/// Decodes a WebP (RFC 9649) into `RGB`, or `RGBA` if it says that it may be
/// transparent; of an animation the first frame on its canvas. The library is
/// the one that Pillow uses, and it is asked in the same way.
func decodeWebP(_ bytes: [UInt8]) throws(ImageError) -> Decoded {
  let features = try WebPFeatures(bytes)
  try ImageLimits.check(width: features.width, height: features.height)
  return try unsafe bytes.withUnsafeBufferPointer { (bytes) throws(ImageError) -> Decoded in
    let container = try unsafe WebPContainer(bytes)
    let orientation = try container.orientation()
    let pixels =
      features.isAnimation
      ? try unsafe firstFramePixels(bytes, features) : try unsafe stillPixels(bytes, features)
    let image = Image(
      width: features.width, height: features.height, mode: features.mode, pixels: pixels)
    return Decoded(image: image, orientation: orientation)
  }
}

/// What the file's header says.
private struct WebPFeatures {
  let width: Int
  let height: Int
  let mode: PixelMode
  let isAnimation: Bool

  init(_ bytes: [UInt8]) throws(ImageError) {
    var features = WebPBitstreamFeatures()
    guard unsafe WebPGetFeatures(bytes, bytes.count, &features) == VP8_STATUS_OK else {
      throw damaged
    }
    (width, height) = (Int(features.width), Int(features.height))
    mode = features.has_alpha != 0 ? .rgba : .rgb
    isAnimation = features.has_animation != 0
  }
}

/// The file by its chunks, for as long as its bytes are borrowed.
@safe private struct WebPContainer: ~Copyable {
  private let demuxer: OpaquePointer

  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(ImageError) {
    var data = unsafe WebPData(bytes: bytes.baseAddress, size: bytes.count)
    guard let demuxer = unsafe WebPDemux(&data) else { throw damaged }
    unsafe self.demuxer = demuxer
  }

  deinit { unsafe WebPDemuxDelete(demuxer) }

  /// How the picture is to be turned: as EXIF says, or XMP where EXIF does not.
  func orientation() throws(ImageError) -> Orientation {
    do throws(EXIF.Malformed) {
      let tag = try chunk("EXIF").map { (block) throws(EXIF.Malformed) in
        try EXIF.orientation(block)
      }
      let number = tag ?? nil ?? chunk("XMP ").flatMap { XMP.orientation($0[...]) }
      return number.flatMap(Orientation.init) ?? .upright
    } catch {
      throw .damaged("its EXIF is no TIFF directory")
    }
  }

  /// The first chunk of that name, nil if there is none.
  private func chunk(_ name: String) -> [UInt8]? {
    var iterator = unsafe WebPChunkIterator()
    guard unsafe WebPDemuxGetChunk(demuxer, name, 1, &iterator) != 0 else { return nil }
    defer { unsafe WebPDemuxReleaseChunkIterator(&iterator) }
    return unsafe Array(
      UnsafeBufferPointer(start: iterator.chunk.bytes, count: iterator.chunk.size))
  }
}

private func stillPixels(
  _ bytes: UnsafeBufferPointer<UInt8>, _ features: WebPFeatures
) throws(ImageError) -> [UInt8] {
  let rowBytes = features.mode.rowBytes(features.width)
  let count = rowBytes * features.height
  var isDone = false
  let pixels = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
    let decode = unsafe features.mode == .rgba ? WebPDecodeRGBAInto : WebPDecodeRGBInto
    isDone =
      unsafe decode(bytes.baseAddress, bytes.count, buffer.baseAddress, count, Int32(rowBytes))
      != nil
    initialized = isDone ? count : 0
  }
  guard isDone else { throw damaged }
  return pixels
}

/// The canvas after the first frame; where nothing was drawn it is transparent
/// black, and plain black in a file that says it is opaque.
private func firstFramePixels(
  _ bytes: UnsafeBufferPointer<UInt8>, _ features: WebPFeatures
) throws(ImageError) -> [UInt8] {
  var data = unsafe WebPData(bytes: bytes.baseAddress, size: bytes.count)
  guard let decoder = unsafe WebPAnimDecoderNew(&data, nil) else { throw damaged }
  defer { unsafe WebPAnimDecoderDelete(decoder) }
  var canvas: UnsafeMutablePointer<UInt8>?
  var time: Int32 = 0
  guard unsafe WebPAnimDecoderGetNext(decoder, &canvas, &time) != 0, let canvas = unsafe canvas
  else { throw damaged }
  let count = features.width * features.height
  let pixels = unsafe UnsafeBufferPointer(start: canvas, count: 4 * count)
  if features.mode == .rgba { return unsafe Array(pixels) }
  return unsafe [UInt8](unsafeUninitializedCapacity: 3 * count) { buffer, initialized in
    for pixel in 0..<count {
      for band in 0..<3 { unsafe buffer[3 * pixel + band] = unsafe pixels[4 * pixel + band] }
    }
    initialized = 3 * count
  }
}

private var damaged: ImageError { .damaged("broken WebP file") }
