internal import CCrypto

/// A message digest that libcrypto computes.
public enum DigestAlgorithm: Sendable, CaseIterable {
  /// RFC 1321; 16 bytes. The data set's public key for an image's pixels.
  case md5
  /// FIPS 180-4; 20 bytes. What git names its blobs by.
  case sha1
  /// FIPS 180-4; 32 bytes. What the Hub names its large files by.
  case sha256

  /// The implementation, a static table of libcrypto's.
  var implementation: OpaquePointer? {
    switch self {
    case .md5: unsafe EVP_md5()
    case .sha1: unsafe EVP_sha1()
    case .sha256: unsafe EVP_sha256()
    }
  }
}

/// A digest computed piece by piece.
///
/// ```swift
/// var digest = Digest(.sha256)
/// digest.update(chunk.span.bytes)
/// let name = hexadecimal(digest.finish())
/// ```
///
/// One owner, no locks: use it on one thread at a time.
/// Corresponds to `EVP_DigestInit_ex`, `EVP_DigestUpdate`, `EVP_DigestFinal_ex`.
@safe
public struct Digest: ~Copyable {
  private let context: OpaquePointer

  /// Starts a digest of no bytes.
  ///
  /// Fails only where libcrypto cannot work at all (no memory, or a system
  /// policy that forbids the algorithm), which no input can bring about.
  public init(_ algorithm: DigestAlgorithm) {
    guard let context = unsafe EVP_MD_CTX_new(),
      unsafe EVP_DigestInit_ex(context, algorithm.implementation, nil) == 1
    else { fatalError("libcrypto refuses to compute \(algorithm)") }
    unsafe self.context = unsafe context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// Adds bytes at the end of the message.
  public mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  /// Adds bytes at the end of the message.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    let done = unsafe EVP_DigestUpdate(context, start, bytes.count)
    precondition(done == 1, "libcrypto failed to take bytes")
  }

  /// The digest of all the bytes, 16 to 32 of them by the algorithm.
  public consuming func finish() -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
      var length: UInt32 = 0
      let done = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, &length)
      precondition(done == 1, "libcrypto failed to finish")
      count = Int(length)
    }
  }

  /// The digest of one piece of memory.
  public static func hash(_ algorithm: DigestAlgorithm, _ bytes: RawSpan) -> [UInt8] {
    var digest = Digest(algorithm)
    digest.update(bytes)
    return digest.finish()
  }

  /// The digest of an array.
  public static func hash(_ algorithm: DigestAlgorithm, _ bytes: [UInt8]) -> [UInt8] {
    unsafe hash(algorithm, bytes.span.bytes)
  }
}

/// Bytes as lowercase hexadecimal digits, two a byte.
public func hexadecimal(_ bytes: [UInt8]) -> String {
  unsafe String(unsafeUninitializedCapacity: 2 * bytes.count) { buffer in
    for (index, byte) in bytes.enumerated() {
      unsafe buffer[2 * index] = digit(byte >> 4)
      unsafe buffer[2 * index + 1] = digit(byte & 15)
    }
    return 2 * bytes.count
  }
}

private func digit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
}
