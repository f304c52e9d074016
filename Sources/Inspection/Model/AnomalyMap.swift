/// How anomalous each part of an image is, at the model's resolution; higher is more anomalous.
public struct AnomalyMap: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// Row by row.
  public let values: [Float]

  public init(width: Int, height: Int, values: [Float]) {
    precondition(values.count == width * height)
    self.width = width
    self.height = height
    self.values = values
  }
}
