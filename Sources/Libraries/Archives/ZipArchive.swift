internal import CZip
import Glibc

/// A zip file whose members are read into memory, by libzip. Nothing is ever
/// written to disk, so no name can lead out of anywhere.
@safe public final class ZipArchive {
  /// Why the archive, or a member, cannot be read.
  public struct Failure: Error, CustomStringConvertible, Sendable {
    /// Lower case, no full stop, without the archive's name.
    public let description: String
  }

  /// Read by one thread; closed by `deinit`.
  private let archive: OpaquePointer
  /// The members called so, by their whole names.
  private var members: [String: [UInt64]] = [:]
  /// The whole names of the members by the last component.
  private var namesByLast: [Substring: [String]] = [:]

  /// Opens the regular file at `path` and reads its directory.
  public init(path: String) throws(Failure) {
    var info = stat()
    guard unsafe stat(path, &info) == 0 else { throw Self.system(errno) }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw Failure(description: "not a regular file")
    }
    var code: Int32 = 0
    guard let opened = unsafe zip_open(path, ZIP_RDONLY, &code) else {
      throw Self.opening(code)
    }
    unsafe archive = opened
    for index in 0..<UInt64(max(0, unsafe zip_get_num_entries(opened, 0))) {
      guard let bytes = unsafe zip_get_name(opened, index, 0) else { continue }
      let name = unsafe String(cString: bytes)
      // A folder is a member too.
      guard !name.hasSuffix("/"), Self.isInside(name) else { continue }
      members[name, default: []].append(index)
      if members[name]?.count == 1 {
        namesByLast[name.split(separator: "/").last ?? "", default: []].append(name)
      }
    }
  }

  deinit { unsafe zip_discard(archive) }

  /// The number of members that are files.
  public var count: Int { members.count }

  /// The whole names of the members that are files, in no order.
  var names: [String] { Array(members.keys) }

  /// The whole name of the member that `name` stands for: the one called so,
  /// else the one that ends in `/` and the name, since archives have folders
  /// at the top that rows leave out. nil if there is none.
  ///
  /// - Throws: `Failure` if several could be meant.
  public func member(for name: String) throws(Failure) -> String? {
    let wanted = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
    let found: [String]
    if members[wanted] != nil {
      found = [wanted]
    } else {
      let last = wanted.split(separator: "/").last ?? ""
      found = (namesByLast[last] ?? []).filter { $0.hasSuffix("/" + wanted) }
    }
    guard found.count <= 1 else {
      throw Failure(description: "\(found.count) members end in this name")
    }
    guard let whole = found.first else { return nil }
    guard members[whole]?.count == 1 else {
      throw Failure(description: "\(members[whole]?.count ?? 0) members have this name")
    }
    return whole
  }

  /// The bytes of a member.
  ///
  /// - Parameters:
  ///   - name: its whole name.
  ///   - maximum: more bytes than this are refused, before they are read.
  ///   - accepts: looks at the first bytes, 64 kB at most; what is not wanted
  ///     is not unpacked any further.
  public func read(
    _ name: String, maximum: Int, accepts: (ArraySlice<UInt8>) -> Bool
  ) throws(Failure) -> [UInt8]? {
    guard let index = members[name]?.first else { throw Failure(description: "no such member") }
    var info = unsafe zip_stat_t()
    guard unsafe zip_stat_index(archive, index, 0, &info) == 0,
      unsafe info.valid & UInt64(ZIP_STAT_SIZE) != 0
    else { throw failure() }
    if unsafe info.valid & UInt64(ZIP_STAT_ENCRYPTION_METHOD) != 0,
      unsafe Int32(info.encryption_method) != ZIP_EM_NONE
    {
      throw Failure(description: "encrypted")
    }
    let declared = unsafe info.size
    guard declared <= UInt64(maximum) else {
      throw Failure(description: "\(declared) bytes, more than the \(maximum) of any picture")
    }
    guard let file = unsafe zip_fopen_index(archive, index, 0) else { throw failure() }
    defer { unsafe zip_fclose(file) }
    let size = Int(declared)
    var bytes = [UInt8](repeating: 0, count: min(size, 65_536))
    try unsafe read(file, into: &bytes, from: 0)
    guard accepts(bytes[...]) else { return nil }
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: size - start))
    try unsafe read(file, into: &bytes, from: start)
    // One byte more makes libzip compare the checksum.
    var extra: UInt8 = 0
    let more = unsafe zip_fread(file, &extra, 1)
    guard more == 0 else {
      throw more > 0
        ? Failure(description: "longer than its directory says") : unsafe failure(of: file)
    }
    return bytes
  }

  private func read(
    _ file: OpaquePointer, into bytes: inout [UInt8], from start: Int
  ) throws(Failure) {
    var done = start
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeMutableBytes {
        unsafe zip_fread(file, $0.baseAddress?.advanced(by: done), UInt64($0.count - done))
      }
      guard count >= 0 else { throw unsafe failure(of: file) }
      guard count > 0 else { throw Failure(description: "shorter than its directory says") }
      done += Int(count)
    }
  }

  /// No absolute name and none that climbs out.
  private static func isInside(_ name: String) -> Bool {
    !name.hasPrefix("/") && !name.contains("\\")
      && !name.split(separator: "/").contains("..")
  }

  private func failure() -> Failure {
    unsafe Self.message(zip_get_error(archive))
  }

  private func failure(of file: OpaquePointer) -> Failure {
    unsafe Self.message(zip_file_get_error(file))
  }

  private static func message(_ error: UnsafeMutablePointer<zip_error_t>?) -> Failure {
    let text = unsafe error.flatMap { unsafe zip_error_strerror($0) }.map {
      unsafe String(cString: $0)
    }
    return Failure(description: (text ?? "cannot be read").lowercasedFirst)
  }

  private static func opening(_ code: Int32) -> Failure {
    var error = unsafe zip_error_t()
    unsafe zip_error_init_with_code(&error, code)
    defer { unsafe zip_error_fini(&error) }
    return unsafe message(&error)
  }

  private static func system(_ code: Int32) -> Failure {
    Failure(description: unsafe String(cString: strerror(code)))
  }
}

extension String {
  /// The library's sentences as clauses; `CRC error` stays.
  fileprivate var lowercasedFirst: String {
    dropFirst().first?.isUppercase == true ? self : prefix(1).lowercased() + dropFirst()
  }
}
