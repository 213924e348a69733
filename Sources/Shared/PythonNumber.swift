/// Numbers as Python's `repr` and `json` spell them.
public enum PythonNumber {
  /// A finite binary fraction by the shortest digits that read back as the
  /// same value, which Swift gives too. It turns to exponents where integers
  /// have gaps (2^53 for a double, 2^24 for a float) and Python at 10^16;
  /// between them every value is an integer, whose digits are written.
  public static func text<T: BinaryFloatingPoint & LosslessStringConvertible>(
    _ value: T
  ) -> String {
    let magnitude = value.magnitude
    guard
      magnitude >= T(sign: .plus, exponent: T.Exponent(T.significandBitCount + 1), significand: 1),
      Double(magnitude) < 1e16
    else { return value.description }
    return "\(Int64(value)).0"
  }
}
