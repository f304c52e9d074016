/// How good images are dealt out so that all of them serve twice: each is judged by what the images of the other folds tell.
public struct Folds: Sendable, Equatable {
  /// The images of each fold, by their places among the training images, ascending; every image is in one of them.
  public let parts: [[Int]]
  /// A number for each image; images of one group are never parted.
  public let groups: [Int]

  /// - Parameters:
  ///   - groups: a number for each image; images of one group are never parted.
  ///   - count: of the folds, at least 2; fewer where there are fewer groups.
  ///   - seed: draws which groups go together.
  public init(groups: [Int], count: Int, seed: UInt64) {
    self.groups = groups
    var members: [Int: [Int]] = [:]
    for (image, group) in groups.enumerated() { members[group, default: []].append(image) }
    var random = SeededRandom(seed: seed)
    // By number first, since the order of a dictionary is another in each run.
    let drawn = members.sorted { $0.key < $1.key }.map(\.value).shuffled(using: &random)
    // The largest groups first, each to the smallest fold; a stable sort keeps the order drawn.
    let falling = drawn.enumerated()
      .sorted { ($0.element.count, $1.offset) > ($1.element.count, $0.offset) }.map(\.element)
    var parts = [[Int]](repeating: [], count: Swift.max(1, Swift.min(count, members.count)))
    for group in falling {
      let smallest = parts.indices.min { (parts[$0].count, $0) < (parts[$1].count, $1) } ?? 0
      parts[smallest] += group
    }
    self.parts = parts.map { $0.sorted() }
  }
}

/// A detector that can judge each image it learns from as though it had not learnt from it, at far less than the cost of
/// a fit for each fold.
public protocol CrossFittingDetector: Detector {
  /// Folds that it can afford for so many groups of images: all of them where what an image has added can be taken away again.
  func affordableFolds(groups: Int) -> Int

  /// As ``Detector/fit(on:_:)`` from all images, and what a fit without the images of its fold sees in each of them.
  ///
  /// - Parameter judged: is given each image once, in any order: its place among the images, and what is seen in it, of one image.
  /// - Throws: as ``Detector/fit(on:_:)``, or what `judged` throws.
  func fit(
    on images: any TrainingImages, folds: Folds, _ context: FitContext,
    judged: (Int, ScoredBatch) throws -> Void
  ) throws -> Fitted
}
