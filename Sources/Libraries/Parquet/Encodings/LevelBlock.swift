/// The levels of some triplets of one page, decoded together.
struct LevelBlock {
  /// As many as are decoded at once; they are 2 bytes each, and a value's place 24.
  static let maximumCount = 512

  /// Which of the repeated fields on the path a triplet is a next element of, counted from 1 at the
  /// top; 0 if it begins a row.
  private(set) var repetitions = [UInt8](repeating: 0, count: maximumCount)
  /// How deep a triplet's path is defined: the column's maximum if it has a value.
  private(set) var definitions = [UInt8](repeating: 0, count: maximumCount)
  /// The number of triplets.
  private(set) var count = 0
  /// Triplets that have a value.
  private(set) var valueCount = 0
  /// Values of the page up to the end of the block.
  var valuesEnd = 0

  mutating func clear() { (count, valueCount) = (0, 0) }

  /// Reads the levels of the next `wanted` triplets.
  ///
  /// - Returns: what is wrong with the first one behind those that are sound.
  mutating func read(
    _ wanted: Int, _ leaf: Schema.Leaf, _ repetitionLevels: inout LevelDecoder,
    _ definitionLevels: inout LevelDecoder, in page: PageBuffer
  ) -> ParquetError? {
    clear()
    var failure: ParquetError?
    let read = min(
      repetitionLevels.fill(&repetitions, wanted, page.bytes.span, &failure),
      definitionLevels.fill(&definitions, wanted, page.bytes.span, &failure))
    let (maximumRepetition, maximumDefinition) = (
      UInt8(leaf.maximumRepetitionLevel), UInt8(leaf.maximumDefinitionLevel)
    )
    for place in 0..<read {
      let (repetition, definition) = (repetitions[place], definitions[place])
      guard definition <= maximumDefinition else {
        return .damaged("definition level \(definition) of \(maximumDefinition)")
      }
      guard repetition <= maximumRepetition else {
        return .damaged("repetition level \(repetition) of \(maximumRepetition)")
      }
      count += 1
      if definition == maximumDefinition { valueCount += 1 }
    }
    return failure
  }
}
