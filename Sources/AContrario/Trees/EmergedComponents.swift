/// Disjoint sets of the pixels that have emerged so far, each known by one of its pixels; union by
/// rank, and ways to it halved while they are walked.
struct EmergedComponents: ~Copyable {
  private static let submerged = Int32.min
  /// For each pixel one nearer to that pixel, or minus one minus the rank if it is that pixel.
  private let links: UnsafeMutableBufferPointer<Int32>

  init(pixelCount: Int) {
    links = .allocate(capacity: pixelCount)
    links.initialize(repeating: Self.submerged)
  }

  deinit { links.deallocate() }

  /// Makes a set of one pixel and returns it.
  @inline(__always) func add(_ pixel: Int) -> Int {
    links[pixel] = -1
    return pixel
  }

  /// The set of a pixel; nil before it has emerged.
  @inline(__always) func find(_ pixel: Int) -> Int? {
    var pixel = pixel
    var next = links[pixel]
    if next == Self.submerged { return nil }
    while next >= 0 {
      let afterNext = links[Int(next)]
      if afterNext < 0 { return Int(next) }
      links[pixel] = afterNext
      pixel = Int(afterNext)
      next = links[pixel]
    }
    return pixel
  }

  /// Unites two different sets and returns the union.
  @inline(__always) func unite(_ first: Int, _ second: Int) -> Int {
    let (high, low) = links[first] < links[second] ? (first, second) : (second, first)
    if links[high] == links[low] { links[high] -= 1 }
    links[low] = Int32(high)
    return high
  }
}
