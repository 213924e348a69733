internal import CWebP

/// Decodes a WebP (RFC 9649) into `RGB`, or `RGBA` if it says that it may be
/// transparent; of an animation the first frame on its canvas.
///
/// Every file goes through libwebp's demuxer, and of the first frame the same
/// is asked as `WebPAnimDecoder` asks, through which Pillow reads; without
/// that decoder's two further canvases.
struct WebPDecoder: ImageDecoder {
  private let bytes: [UInt8]
  let width: Int
  let height: Int
  let mode: PixelMode
  private let exif: [UInt8]?
  private let xmp: [UInt8]?

  init(_ bytes: [UInt8]) throws(ImageError) {
    self.bytes = bytes
    (width, height, exif, xmp) = try unsafe bytes.withUnsafeBufferPointer {
      (bytes) throws(ImageError) in
      let file = try unsafe WebPContainer(bytes)
      return (
        file.feature(WEBP_FF_CANVAS_WIDTH), file.feature(WEBP_FF_CANVAS_HEIGHT),
        file.chunk("EXIF"), file.chunk("XMP ")
      )
    }
    var features = WebPBitstreamFeatures()
    let isKnown = unsafe WebPGetFeatures(bytes, bytes.count, &features) == VP8_STATUS_OK
    mode = isKnown && features.has_alpha == 0 ? .rgb : .rgba
  }

  /// The lossless decoder has a picture of its own, of four bytes a pixel.
  var workingBytes: Int { 4 * width * height }

  /// As EXIF says, or XMP where EXIF does not.
  func orientation() throws(ImageError) -> Orientation {
    do throws(EXIF.Malformed) {
      let tag = try exif.map { (block) throws(EXIF.Malformed) in try EXIF.orientation(block) }
      let number = tag ?? nil ?? xmp.flatMap { XMP.orientation($0[...]) }
      return number.flatMap(Orientation.init) ?? .upright
    } catch {
      throw .damaged("its EXIF is no TIFF directory")
    }
  }

  /// libwebp cannot be asked to give up, so `isCancelled` is not asked. (Its
  /// incremental decoder reads some damaged files otherwise.)
  mutating func decode(
    into pixels: inout [UInt8], isCancelled: @escaping CancellationCheck
  ) throws(ImageError) {
    let (mode, rowBytes) = (mode, mode.rowBytes(width))
    let isDone = try unsafe bytes.withUnsafeBufferPointer { (bytes) throws(ImageError) in
      let file = try unsafe WebPContainer(bytes)
      return unsafe pixels.withUnsafeMutableBufferPointer { canvas in
        unsafe file.decodeFirstFrame(into: canvas, rowBytes: rowBytes, mode)
      }
    }
    guard isDone else { throw damaged }
  }
}

/// The file by its chunks, for as long as its bytes are borrowed.
@safe private struct WebPContainer: ~Copyable {
  private let demuxer: OpaquePointer

  /// - Parameter bytes: the demuxer keeps their address.
  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(ImageError) {
    var data = unsafe WebPData(bytes: bytes.baseAddress, size: bytes.count)
    guard let demuxer = unsafe WebPDemux(&data) else { throw damaged }
    unsafe self.demuxer = demuxer
  }

  deinit { unsafe WebPDemuxDelete(demuxer) }

  func feature(_ feature: WebPFormatFeature) -> Int { unsafe Int(WebPDemuxGetI(demuxer, feature)) }

  /// The first chunk of that name, nil if there is none.
  func chunk(_ name: String) -> [UInt8]? {
    var iterator = unsafe WebPChunkIterator()
    guard unsafe WebPDemuxGetChunk(demuxer, name, 1, &iterator) != 0 else { return nil }
    defer { unsafe WebPDemuxReleaseChunkIterator(&iterator) }
    return unsafe Array(
      UnsafeBufferPointer(start: iterator.chunk.bytes, count: iterator.chunk.size))
  }

  /// Decodes the first frame into its place on the canvas, all of which is
  /// zeros; false where libwebp fails.
  func decodeFirstFrame(
    into canvas: UnsafeMutableBufferPointer<UInt8>, rowBytes: Int, _ mode: PixelMode
  ) -> Bool {
    var frame = unsafe WebPIterator()
    var config = unsafe WebPDecoderConfig()
    guard unsafe WebPDemuxGetFrame(demuxer, 1, &frame) != 0,
      unsafe WebPInitDecoderConfig(&config) != 0
    else { return false }
    defer { unsafe WebPDemuxReleaseIterator(&frame) }
    let start =
      unsafe Int(frame.y_offset) * rowBytes + Int(frame.x_offset) * mode.bitsPerPixel / 8
    guard start < canvas.count else { return false }
    unsafe config.output.colorspace = mode == .rgba ? MODE_RGBA : MODE_RGB
    unsafe config.output.is_external_memory = 1
    unsafe config.output.u.RGBA.rgba = canvas.baseAddress?.advanced(by: start)
    unsafe config.output.u.RGBA.stride = Int32(rowBytes)
    unsafe config.output.u.RGBA.size = canvas.count - start
    return unsafe WebPDecode(frame.fragment.bytes, frame.fragment.size, &config) == VP8_STATUS_OK
  }
}

private var damaged: ImageError { .damaged("broken WebP file") }
