import Torch

/// The trainable part of U-Flow: what normalizes the features, and the flow over them.
public struct UFlowNetwork: Sendable {
  public let normalization: FeatureNormalization
  public let flow: UShapedFlow

  /// - Parameter shapes: `[C, h, w]` of each scale's features, finest first.
  package init(
    _ parameters: Parameters, settings: UFlow, shapes: [[Int]],
    statistics: [FeatureStatistics]? = nil
  ) {
    normalization = FeatureNormalization(
      parameters.root / "normalization", settings.normalization, shapes: shapes,
      statistics: statistics)
    flow = UShapedFlow(
      parameters.root / "flow", featureChannels: shapes.map { $0[0] }, steps: settings.flowSteps,
      separateScales: Set(
        settings.taps.indices.filter { settings.separateScales.contains(settings.taps[$0]) }),
      convolutionType: settings.precision.convolutionType)
  }
}
