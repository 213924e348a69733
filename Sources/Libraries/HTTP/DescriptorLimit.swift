import Glibc

/// How many connections the process may open, of those that are wanted. Raises
/// the soft limit of open files first.
///
/// - Throws: `TransportError` of kind `outOfDescriptors` if there is not one.
func connectionLimit(_ wanted: Int) throws(TransportError) -> Int {
  var limit = rlimit()
  let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  guard unsafe getrlimit(resource, &limit) == 0 else { return wanted }
  let needed = rlim_t(wanted * descriptorsPerConnection + otherDescriptors)
  if limit.rlim_cur < needed {
    var raised = limit
    raised.rlim_cur = min(needed, limit.rlim_max)
    if unsafe setrlimit(resource, &raised) == 0 { limit = raised }
  }
  let open = Int(clamping: limit.rlim_cur)
  let available = (open - otherDescriptors) / descriptorsPerConnection
  guard available > 0 else {
    throw TransportError(
      .outOfDescriptors, "the process may open only \(open) files; raise the limit (ulimit -n)")
  }
  return min(wanted, available)
}

/// A socket, and while a name is resolved one or two more.
private let descriptorsPerConnection = 2
/// What else a program has open: its streams, databases and pictures.
private let otherDescriptors = 28
