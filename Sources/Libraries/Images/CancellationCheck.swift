internal import CImageShims

/// A check as C can ask it.
final class ShimCheck {
  private let isCancelled: CancellationCheck

  private init(_ isCancelled: @escaping CancellationCheck) { self.isCancelled = isCancelled }

  /// Calls `body` with a check that is good for as long as the call lasts.
  static func with<Result>(
    _ isCancelled: @escaping CancellationCheck,
    _ body: (CImageShims_check) -> Result
  ) -> Result {
    let owner = ShimCheck(isCancelled)
    return withExtendedLifetime(owner) {
      let check = unsafe CImageShims_check(
        is_due: { context in
          guard let context = unsafe context else { return 0 }
          let owner = unsafe Unmanaged<ShimCheck>.fromOpaque(context).takeUnretainedValue()
          return owner.isCancelled() ? 1 : 0
        }, context: Unmanaged.passUnretained(owner).toOpaque())
      return unsafe body(check)
    }
  }
}

/// The outcome of a function of ours in C.
///
/// - Parameter format: `JPEG` in "broken JPEG file".
func checkStatus(
  _ status: Int32, _ message: [CChar], _ format: String
) throws(ImageError) {
  switch UInt32(bitPattern: status) {
  case CImageShims_done.rawValue: return
  case CImageShims_cancelled.rawValue: throw .cancelled
  case CImageShims_truncated.rawValue: throw .damaged("truncated \(format) file")
  case CImageShims_mismatch.rawValue: throw .damaged("broken \(format) file (two sizes)")
  case CImageShims_too_many_scans.rawValue: throw .tooMuchWork(ImageLimits.scansExceeded)
  default:
    let reason = text(message)
    throw .damaged("broken \(format) file" + (reason.isEmpty ? "" : " (\(reason))"))
  }
}

/// A C string as far as its end.
func text(_ message: [CChar]) -> String {
  String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
