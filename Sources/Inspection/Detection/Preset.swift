/// Published settings of a detector for certain data.
public struct Preset: Sendable {
  /// Detector, data set and what it is of, as in `anomalyhop/mvtec/bottle`.
  public let name: String
  public let detector: any Detector
  /// Size in pixels that images are brought to, both sides.
  public let imageSize: Int

  public init(name: String, detector: any Detector, imageSize: Int) {
    self.name = name
    self.detector = detector
    self.imageSize = imageSize
  }
}
