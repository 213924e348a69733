/// The object behind the address that libcurl was given and gives back to its
/// callbacks.
///
/// - Precondition: the address is of a living `Object`, by `passUnretained`.
func object<Object: AnyObject>(behind context: UnsafeMutableRawPointer?) -> Object {
  guard let context = unsafe context else { fatalError("libcurl lost its context") }
  return unsafe Unmanaged<Object>.fromOpaque(context).takeUnretainedValue()
}
