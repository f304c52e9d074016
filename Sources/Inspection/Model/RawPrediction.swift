import AContrario
import Torch

/// What a detector saw in one image, before anything is decided.
public struct RawPrediction: Sendable {
  /// The evidence at one scale.
  public struct Scale: Sendable {
    /// Columns of ``values``.
    public let width: Int
    /// Rows of ``values``.
    public let height: Int
    /// `height * width` values, row by row; higher is less normal.
    public let values: [Float]
    /// The law of each value where the image is good.
    public let null: Evidence.NullDistribution
    /// What people call it, such as `stride 8`.
    public let name: String

    package init(
      width: Int, height: Int, values: [Float], null: Evidence.NullDistribution, name: String = ""
    ) {
      self.width = width
      self.height = height
      self.values = values
      self.null = null
      self.name = name
    }
  }

  /// How anomalous each part is, at the model's resolution.
  public let map: AnomalyMap
  /// Higher is more anomalous.
  public let score: Float
  /// The evidence that a decision rests on, finest first.
  public let scales: [Scale]

  package init(map: AnomalyMap, score: Float, scales: [Scale]) {
    self.map = map
    self.score = score
    self.scales = scales
  }

  /// Whether score, map and evidence are numbers.
  var isFinite: Bool {
    score.isFinite && map.values.allSatisfy(\.isFinite)
      && scales.allSatisfy { scale in scale.values.allSatisfy(\.isFinite) }
  }
}

extension Evidence {
  /// The evidence against the only image, off its device.
  func observed() -> [RawPrediction.Scale] {
    scales.map { scale in
      RawPrediction.Scale(
        width: scale.statistic.shape[2], height: scale.statistic.shape[1],
        values: scale.statistic.to(.float32).array(of: Float.self), null: scale.null,
        name: scale.name)
    }
  }
}

/// How anomalous each part of an image is, at the model's resolution; higher is more anomalous.
public struct AnomalyMap: Sendable, Equatable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `height * width` values, row by row.
  public let values: [Float]

  package init(width: Int, height: Int, values: [Float]) {
    precondition(values.count == width * height)
    self.width = width
    self.height = height
    self.values = values
  }
}
