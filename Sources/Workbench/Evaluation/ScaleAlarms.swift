/// How many images a scale of the evidence raised the alarm in.
public struct ScaleAlarms: Sendable {
  public let name: String
  public let defectiveImages: Int
  public let goodImages: Int

  /// - Parameter images: those whose strongest region was found at that scale.
  init(_ name: String, of images: [EvaluatedImage]) {
    self.name = name
    defectiveImages = images.count { $0.defect != nil }
    goodImages = images.count - defectiveImages
  }
}
