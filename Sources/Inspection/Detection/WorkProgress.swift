/// How far a long work is.
public struct WorkProgress: Sendable {
  /// What is being done, such as `training`.
  public let stage: String
  public let completed: Int
  public let total: Int
  /// What is counted, such as `images`.
  public let unit: String
  /// Metrics that a person would want to watch, such as the loss.
  public let metrics: [(name: String, value: Double)]

  public init(
    stage: String, completed: Int, total: Int, unit: String,
    metrics: [(name: String, value: Double)] = []
  ) {
    self.stage = stage
    self.completed = completed
    self.total = total
    self.unit = unit
    self.metrics = metrics
  }
}
