/// What a pass over the rows has in hand.
struct OpenWork: ~Copyable {
  /// What waits for others about its picture (`--per-image`).
  var groups = ImageGroups()
  /// The questions in `groups`.
  var grouped: Set<RequestKey> = []
  /// The part that is being written, and its file.
  var part: BatchPart?
  var file: PartFile?
  /// The parts that ask rows of this input.
  var awaited: Set<Int64> = []
  /// Questions that other processes are asking.
  var heldByOthers = 0
}
