internal import CZstd

/// Compresses pages.
///
/// - Note: not thread-safe: a context serves one page at a time.
@safe final class ZstdCompressor {
  private let context: OpaquePointer

  /// nil if there is no memory for it.
  init?() {
    guard let context = unsafe ZSTD_createCCtx() else { return nil }
    unsafe self.context = context
    // Fast, since pictures are compressed already; but far-sighted: a picture
    // that many rows share follows itself, up to 8 MiB back.
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1)
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, 1)
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 23)
  }

  deinit { unsafe ZSTD_freeCCtx(context) }

  /// Appends one frame with all of `input`.
  func append(_ input: [UInt8], to output: inout [UInt8]) throws(ParquetWriterError) {
    let start = output.count
    let bound = ZSTD_compressBound(input.count)
    output.append(contentsOf: repeatElement(0, count: bound))
    let size = unsafe output.withUnsafeMutableBytes { target in
      unsafe input.withUnsafeBytes { source in
        unsafe ZSTD_compress2(
          context, target.baseAddress?.advanced(by: start), bound, source.baseAddress,
          source.count)
      }
    }
    guard ZSTD_isError(size) == 0 else {
      throw ParquetWriterError("zstd: \(unsafe String(cString: ZSTD_getErrorName(size)))")
    }
    output.removeLast(bound - size)
  }
}
