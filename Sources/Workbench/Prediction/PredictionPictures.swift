import Imaging
import Inspection
import Torch

/// Pictures of a prediction.
public struct PredictionPictures {
  /// The image under its heat map, at the image's size, the anomalous regions outlined.
  public let overlay: Image
  /// The anomalous pixels, at the image's size.
  public let mask: Image

  /// The heat map's colors run from 0 to twice ``Prediction/suspicion``: a color says the same in every picture of a model.
  public init(_ prediction: Prediction, of original: Image) {
    mask = prediction.mask()
    let map = prediction.map
    let top = Swift.max(2 * prediction.suspicion, .leastNormalMagnitude)
    let heat = Image.heatmap(
      Tensor(map.values, shape: [map.height, map.width]), width: original.width,
      height: original.height, range: 0...top, fading: true)
    let shaded = original.rgb().overlaid(with: heat, opacity: 0.6)
    overlay = prediction.regions.isEmpty ? shaded : shaded.outlined(by: mask)
  }
}
