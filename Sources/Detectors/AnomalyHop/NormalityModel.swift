/// What the features of a good image are compared with.
public enum NormalityModel: String, Codable, Sendable, CaseIterable {
  /// A Gaussian of each position: for objects that lie alike in all images.
  case locationAware
  /// One Gaussian of all positions: for textures.
  case locationIndependent
  /// One Gaussian of all positions of the image itself: for textures that differ from image to image.
  case selfReference
  /// Location-aware or location-independent, whichever makes good images that it has not seen more likely.
  case automatic
}

extension NormalityModel {
  /// Whether there is a Gaussian of each position; nil where good images have none.
  var byPosition: Bool? {
    switch self {
    case .locationAware, .automatic: true
    case .locationIndependent: false
    case .selfReference: nil
    }
  }
}
