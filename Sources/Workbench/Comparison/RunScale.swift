/// What one run says of the images in common, with the scale that its scores make.
struct RunScale {
  private let images: [JudgedImage.Identity: JudgedImage]
  private let folder: String
  private let standing: Ranks
  private let rank: Ranks

  init(_ images: [JudgedImage], folder: String) {
    self.images = Dictionary(
      images.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
    self.folder = folder
    let good = images.filter { !$0.isDefective }
    standing = Ranks(among: (good.isEmpty ? images : good).compactMap(\.score))
    rank = Ranks(among: images.compactMap(\.score))
  }

  /// Nil where the image is not among those in common.
  func judgement(of identity: JudgedImage.Identity) -> ComparedImage.Judgement? {
    guard let image = images[identity], let score = image.score,
      let standing = standing.position(of: score), let rank = rank.position(of: score)
    else { return nil }
    return ComparedImage.Judgement(
      score: score, isAnomalous: image.isAnomalous,
      isRight: image.isAnomalous == image.isDefective, standing: standing, rank: rank,
      overlay: image.overlayPath.map { "\(folder)/\($0)" })
  }
}
