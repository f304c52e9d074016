/// Sums over the square window around each pixel, by running sums: the cost does not depend on the
/// size of the window. Beyond the border the plane is reflected about its outermost pixels.
struct WindowSums {
  let half: Int
  let width: Int
  let height: Int

  /// The sums of a plane of `height` x `width` values.
  func of(_ values: [Int]) -> [Int] {
    var sums = [Int](repeating: 0, count: values.count)
    for y in 0..<height { slide(values, into: &sums, from: y * width, step: 1, count: width) }
    let rowSums = sums
    for x in 0..<width { slide(rowSums, into: &sums, from: x, step: width, count: height) }
    return sums
  }

  /// Slides the window along one row or column.
  private func slide(
    _ values: [Int], into sums: inout [Int], from start: Int, step: Int, count: Int
  ) {
    let value = { (index: Int) in values[start + reflected(index, count) * step] }
    var sum = (-half...half).reduce(0) { $0 + value($1) }
    for index in 0..<count {
      sums[start + index * step] = sum
      sum += value(index + half + 1) - value(index - half)
    }
  }

  private func reflected(_ index: Int, _ count: Int) -> Int {
    guard count > 1 else { return 0 }
    let period = 2 * (count - 1)
    let place = ((index % period) + period) % period
    return min(place, period - place)
  }
}
