/// Takes in the order of names: images that follow each other and are far nearer than all that were taken at other times.
///
/// If the order of names says nothing, an image's next is nearer than the nearest of m others once in m + 1 times, whatever the
/// images are. Only where most steps are small are they links, and the larger ones ends of takes.
struct NameSequence {
  /// Places of images that belong together.
  private(set) var links: [(Int, Int)] = []

  /// A small step to the nearest image of other times, at most.
  private static let small: Float = 0.5
  /// The same of a step within a take, where most steps are small.
  private static let within: Float = 0.75

  init(_ distances: PairDistances, _ order: [Int]) {
    let count = order.count
    let nearest = order.indices.map { place in
      order.indices.reduce(Float.infinity) { nearest, other in
        Self.isFar(place, other, count)
          ? min(nearest, distances[order[place], order[other]]) : nearest
      }
    }
    find(zip(order, order.dropFirst()).map { distances[$0, $1] }, nearest, order)
  }

  /// - Parameter sample: images that stand for all others.
  init(_ images: Thumbnails, _ order: [Int], sample: Int) {
    let count = order.count
    let places = Array(stride(from: 0, to: count, by: max(count / sample, 1)))
    let nearest = images.distances(order, to: places).enumerated().map { place, row in
      zip(places, row).reduce(Float.infinity) { nearest, other in
        Self.isFar(place, other.0, count) ? min(nearest, other.1) : nearest
      }
    }
    find(images.steps(order), nearest, order)
  }

  /// Whether two places are so far apart that what is there was taken at another time: more than a quarter of all.
  private static func isFar(_ a: Int, _ b: Int, _ count: Int) -> Bool { abs(a - b) > count / 4 }

  private mutating func find(_ steps: [Float], _ nearest: [Float], _ order: [Int]) {
    let ratios = steps.indices.map { steps[$0] / min(nearest[$0], nearest[$0 + 1]) }
    guard 2 * ratios.count(where: { $0 < Self.small }) > ratios.count else { return }
    links = ratios.indices.filter { ratios[$0] < Self.within }.map { (order[$0], order[$0 + 1]) }
  }
}
