/// The statistic of one image at one scale, with what is known of it under normality.
public struct RegionStatistic<Measure: RegionMeasure>: Sendable {
  public let width: Int
  public let height: Int
  /// `height * width` values, row by row; higher is less normal.
  public let values: [Float]
  public let measure: Measure

  public init(width: Int, height: Int, values: [Float], measure: Measure) {
    self.width = width
    self.height = height
    self.values = values
    self.measure = measure
  }
}
