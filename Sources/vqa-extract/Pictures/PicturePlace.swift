import Archives
import Glibc
import Shared

/// Where pictures are that rows name.
enum PicturePlace {
  /// A folder on this machine, with a slash behind it, or empty.
  case folder(String)
  case archive(PictureArchive)
  /// A folder of a repository on the Hub, as above.
  case repository(Repository, folder: String)
}

/// What was found of a picture.
enum FoundPicture {
  /// There is none of that name.
  case absent
  /// A file, by its path.
  case file([UInt8])
  case bytes([UInt8], path: [UInt8])
  /// It is there, or should be, and cannot be taken. `path` is what the row shows.
  case failed(RowFailure, path: [UInt8])
}

/// A zip file with pictures, opened when the first of them is asked for.
final class PictureArchive {
  private let name: String
  private let file: () throws(ToolError) -> String
  private var archive: ZipArchive?

  /// - Parameter file: gives where on this machine it is.
  init(name: String, file: @escaping () throws(ToolError) -> String) {
    self.name = name
    self.file = file
  }

  /// - Throws: `ToolError` if the archive itself cannot be read.
  func picture(named bytes: [UInt8]) throws(ToolError) -> FoundPicture {
    let archive = try opened()
    let name = String(decoding: bytes, as: UTF8.self)
    let shown = "\(Shown.text(name)) in \(self.name)"
    do throws(ZipArchive.Failure) {
      guard let member = try archive.member(for: name) else { return .absent }
      let path = Array(member.utf8)
      let picture = try archive.read(member, maximum: PictureFile.maximumBytes) {
        ImageFormat(signatureOf: Array($0)) != nil
      }
      guard let picture else {
        return .failed(
          RowFailure(code: "no_image", message: "\(shown): not a picture"), path: path)
      }
      return .bytes(picture, path: path)
    } catch {
      return .failed(RowFailure(code: "no_image", message: "\(shown): \(error)"), path: bytes)
    }
  }

  private func opened() throws(ToolError) -> ZipArchive {
    if let archive { return archive }
    let path = try file()
    do throws(ZipArchive.Failure) {
      let opened = try ZipArchive(path: path)
      archive = opened
      return opened
    } catch {
      throw ToolError("\(name): \(error)")
    }
  }
}

/// A file that should be a picture.
enum PictureFile {
  /// More than any picture has, less than a line may.
  static let maximumBytes = 512 << 20

  /// The bytes of the picture at `path`: a regular file that begins like a
  /// picture. Rows come from strangers: a device may never end, and other
  /// files are nobody's business.
  ///
  /// - Parameter root: the folder that it must lie in, links followed; nil
  ///   for anywhere.
  /// - Throws: `RowFailure`.
  static func read(_ path: [UInt8], below root: String?) throws(RowFailure) -> [UInt8] {
    let shown = Shown.text(path)
    let found: (bytes: [UInt8], isOutside: Bool)
    do throws(SystemError) {
      found = try bytes(of: path, below: root)
    } catch {
      let hint =
        path.contains(UInt8(ascii: "\\"))
        ? "; the name has backslashes where there are slashes" : ""
      throw RowFailure(code: "no_image", message: "\(shown): \(error)\(hint)")
    }
    guard !found.isOutside else {
      throw RowFailure(
        code: "no_image",
        message: "\(shown): outside of the images folder; --images names another")
    }
    guard ImageFormat(signatureOf: Array(found.bytes.prefix(256))) != nil else {
      let isPointer = found.bytes.starts(with: "version https://git-lfs".utf8)
      throw RowFailure(
        code: "no_image",
        message: isPointer
          ? "\(shown): a Git LFS pointer and not the picture; run git lfs pull"
          : "\(shown): not a picture")
    }
    return found.bytes
  }

  private static func bytes(
    of path: [UInt8], below root: String?
  ) throws(SystemError) -> (bytes: [UInt8], isOutside: Bool) {
    guard let root else { return (try PlainFile(path).readAll(limit: maximumBytes), false) }
    let real = try realPath(path)
    var folder = try realPath(Array((root.isEmpty ? "." : root).utf8))
    if folder.last != UInt8(ascii: "/") { folder.append(UInt8(ascii: "/")) }
    guard real.starts(with: folder) else { return ([], true) }
    return (try PlainFile(real).readAll(limit: maximumBytes), false)
  }

  private static func realPath(_ path: [UInt8]) throws(SystemError) -> [UInt8] {
    guard !path.contains(0) else { throw SystemError(code: ENOENT) }
    let name = (path + [0]).map { CChar(bitPattern: $0) }
    guard let found = unsafe realpath(name, nil) else { throw SystemError() }
    defer { unsafe free(found) }
    return unsafe Array(UnsafeBufferPointer(start: found, count: strlen(found))).map {
      UInt8(bitPattern: $0)
    }
  }
}

extension PicturePlace {
  /// The places that `--images` names: a folder or a zip file on this
  /// machine, else in one of the data sets' repositories.
  ///
  /// - Throws: `ToolError` if there is no such thing.
  static func all(
    _ names: [String], repositories: [Repository], embeds: Bool
  ) throws(ToolError) -> [PicturePlace] {
    var places: [PicturePlace] = []
    for name in names {
      places.append(try place(name, repositories, isLater: !embeds && names.count == 1))
    }
    return places
  }

  private static func place(
    _ name: String, _ repositories: [Repository], isLater: Bool
  ) throws(ToolError) -> PicturePlace {
    if Folder.recognizes(name) { return .folder(name.hasSuffix("/") ? name : name + "/") }
    if unsafe access(name, F_OK) == 0 {
      return .archive(PictureArchive(name: name) { () throws(ToolError) in name })
    }
    let path = name.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    for repository in repositories {
      if repository.has(path) {
        return .archive(
          PictureArchive(name: path) { () throws(ToolError) in try repository.file(path) })
      }
      guard repository.paths.contains(where: { $0.hasPrefix(path + "/") }) else { continue }
      return repository.isRemote
        ? .repository(repository, folder: path + "/") : .folder(join(repository.name, path) + "/")
    }
    // Where only paths are written a folder may be filled later.
    if isLater, !name.lowercased().hasSuffix(".zip") {
      return .folder(name.hasSuffix("/") ? name : name + "/")
    }
    throw ToolError("--images \(Shown.text(name)): \(SystemError(code: ENOENT))")
  }
}
