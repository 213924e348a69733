import Glibc

/// The certificate authorities that servers are checked against: a file of
/// certificates, a folder of hashed ones, or both.
///
/// libcurl and OpenSSL look where the system that they were built on has them.
/// Where they come with the tools instead of the system (in a wheel), that may
/// be nowhere, so the places are searched here.
struct CertificateStore: Equatable {
  var file: String?
  var directory: String?

  /// The files of Linux distributions, in the order of Go's crypto/x509
  /// (https://go.dev/src/crypto/x509/root_linux.go).
  static let files = [
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Gentoo, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  // Fedora, RHEL 6
    "/etc/ssl/ca-bundle.pem",  // openSUSE
    "/etc/pki/tls/cacert.pem",  // OpenELEC
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL 7 and later
    "/etc/ssl/cert.pem",  // Alpine
  ]
  /// Folders of hashed certificates, likewise.
  static let directories = ["/etc/ssl/certs", "/etc/pki/tls/certs"]

  init(file: String? = nil, directory: String? = nil) {
    (self.file, self.directory) = (file, directory)
  }

  /// What was named, and where no file was, the system's.
  ///
  /// - Parameters:
  ///   - file: named by the user; must be readable.
  ///   - directory: named by the user; one or several, separated by colons.
  ///   - root: goes before the paths of the system.
  /// - Throws: `TransportError` of kind `configuration`, which says where was
  ///   looked.
  static func located(
    file: String?, directory: String?, root: String = ""
  ) throws(TransportError) -> CertificateStore {
    if let file {
      guard unsafe access(file, R_OK) == 0 else {
        let reason = unsafe String(cString: strerror(errno))
        throw TransportError(
          .configuration,
          "cannot read the certificates of CURL_CA_BUNDLE or SSL_CERT_FILE: \(file): \(reason)")
      }
      return CertificateStore(file: file, directory: directory)
    }
    let found = files.lazy.map { root + $0 }.first { unsafe access($0, R_OK) == 0 }
    if found != nil || directory != nil {
      return CertificateStore(file: found, directory: directory)
    }
    if let directory = directories.lazy.map({ root + $0 }).first(where: hasEntries) {
      return CertificateStore(directory: directory)
    }
    let places = (files + directories).map { root + $0 }.joined(separator: ", ")
    throw TransportError(
      .configuration,
      "no certificate authorities found in \(places); name a file in SSL_CERT_FILE")
  }

  /// Whether a folder holds anything: where no authorities are installed, an
  /// empty one is common.
  private static func hasEntries(_ path: String) -> Bool {
    guard let folder = unsafe opendir(path) else { return false }
    defer { unsafe closedir(folder) }
    var count = 0
    while count < 3, unsafe readdir(folder) != nil { count += 1 }
    return count == 3
  }

  /// For the end of a message about a certificate that is not trusted.
  var hint: String {
    let places = [file, directory].compactMap { $0 }.joined(separator: ", ")
    return " (checked against \(places); SSL_CERT_FILE names other authorities)"
  }
}

extension ClientOptions {
  /// Where the authorities are, or why there are none, which matters only once
  /// a server is reached by TLS.
  var locatedCertificates: Result<CertificateStore, TransportError> {
    Result { () throws(TransportError) in
      try CertificateStore.located(file: certificateFile, directory: certificateDirectory)
    }
  }
}
