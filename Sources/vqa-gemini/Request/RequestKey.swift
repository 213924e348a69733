/// What a request for one question is remembered by: SHA-256 of the service's
/// identity, the model and the whole request, the picture by its digest.
///
/// How the reply is checked and how the request travels (tier, batch, alone or
/// with others of its picture) are not part of it, so all of these share what
/// is remembered.
struct RequestKey: Hashable {
  /// 32 bytes.
  let bytes: [UInt8]
}
