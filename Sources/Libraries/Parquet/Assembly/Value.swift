/// The value of a field in one row, lists and groups included.
///
/// A value owns its bytes: it stays as it is when its reader moves on.
public enum Value: Equatable, Sendable {
  /// Absent. An empty list is not null, nor is an empty text.
  case null
  /// A truth value, number, date or the like; never `Scalar.bytes`.
  case scalar(Scalar)
  /// What the file calls text (`Schema.Leaf.isText`). The file promises UTF-8;
  /// nobody has checked it.
  case text([UInt8])
  /// Bytes that the file does not call text.
  case bytes([UInt8])
  /// The elements of a list in order. A map is a list of groups, each with a
  /// key and a value.
  case list([Value])
  /// The fields of a group.
  case group(Group)

  /// The fields of a group, in the order of the schema.
  public struct Group: Equatable, Sendable {
    /// The fields' names, shared by all values of one field.
    public let names: [String]
    /// As many values as there are names.
    public let values: [Value]

    /// The value of the field called `name`, nil if there is none.
    public subscript(_ name: String) -> Value? {
      names.firstIndex(of: name).map { values[$0] }
    }
  }
}
