/// What was found out lately, in bounded memory: two tables, of which the
/// older one goes when the younger one is full.
struct RecentValues<Key: Hashable, Value> {
  private var young: [Key: Value] = [:]
  private var old: [Key: Value] = [:]
  private let capacity: Int

  /// Keeps at least the last `capacity` values that were put in or asked for.
  init(capacity: Int) { self.capacity = capacity }

  subscript(key: Key) -> Value? {
    mutating get {
      if let value = young[key] { return value }
      guard let value = old[key] else { return nil }
      put(key, value)
      return value
    }
    set {
      guard let newValue else { return }
      put(key, newValue)
    }
  }

  private mutating func put(_ key: Key, _ value: Value) {
    if young.count >= capacity {
      old = young
      young = [:]
    }
    young[key] = value
  }
}
