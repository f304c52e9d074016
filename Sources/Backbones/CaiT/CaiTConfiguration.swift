/// The widths and depths of a CaiT.
package struct CaiTConfiguration: Sendable {
  /// Side in pixels of a patch, which becomes a token.
  static let patch = 16
  /// Blocks that gather the patches into the class token, after all others.
  static let classDepth = 2

  /// Side in pixels of the images: there is a learnt vector for each place.
  let imageSide: Int
  let channels: Int
  let heads: Int
  let depth: Int
  /// Blocks before the features are taken.
  let featureDepth: Int

  package init(imageSide: Int, channels: Int, heads: Int, depth: Int, featureDepth: Int) {
    self.imageSide = imageSide
    self.channels = channels
    self.heads = heads
    self.depth = depth
    self.featureDepth = featureDepth
  }

  // Features are taken where U-Flow takes them.
  package static let s24 = Self(
    imageSide: 224, channels: 384, heads: 8, depth: 24, featureDepth: 21)
  package static let m48 = Self(
    imageSide: 448, channels: 768, heads: 16, depth: 48, featureDepth: 41)

  /// Another of the same widths.
  package func with(depth: Int, featureDepth: Int) -> Self {
    Self(
      imageSide: imageSide, channels: channels, heads: heads, depth: depth,
      featureDepth: featureDepth)
  }

  /// Tokens along a side of the image.
  var side: Int { imageSide / Self.patch }

  var taps: [FeatureTap] { [FeatureTap(stride: Self.patch, channels: channels)] }
}
