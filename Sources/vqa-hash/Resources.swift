import Images

/// What all pictures in work share.
struct Resources: Sendable {
  /// Enough for some fifteen pictures of ten million pixels at a time.
  private static let memoryLimit = 512 << 20

  let memory = MemoryBudget(limit: memoryLimit)
  let cancellation = Cancellation()

  /// For decoders and encoders.
  var isCancelled: CancellationCheck {
    { [cancellation] in cancellation.isDue }
  }
}
