/// A score and the tag of its owner in 64 bits, such that ascending integers are descending scores.
///
/// A radix sort over the upper half ranks millions of pixels several times faster than comparisons.
struct RankedScore {
  var bits: UInt64

  /// Ranks a finite score; `tag` is 0 for a good pixel or image.
  init(_ score: Float, tag: UInt32) {
    // Adding 0 turns -0 into +0: they are equal, so they must tie.
    let pattern = (score + 0).bitPattern
    let descending = pattern >> 31 == 0 ? ~pattern & 0x7fff_ffff : pattern
    bits = UInt64(descending) << 32 | UInt64(tag)
  }

  var key: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }
  var tag: UInt32 { UInt32(truncatingIfNeeded: bits) }

  /// The score itself.
  var score: Float {
    Float(bitPattern: key >> 31 == 0 ? ~key & 0x7fff_ffff : key)
  }
}
