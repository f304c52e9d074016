import Backbones
import Inspection
import Torch

extension UFlow {
  /// What the authors published for the categories of MVTec AD, at 448 x 448 pixels: names as in `bottle`.
  ///
  /// Rates and batches look chosen on the test images, category by category. They stop when the test images have not been
  /// told apart better for 20 epochs, which `--protocol paper` repeats; elsewhere held-out good images take their place.
  package static let presets: [String: UFlow] = [
    "carpet": released(200, 13, 3.163419554150971e-5),
    "grid": released(500, 12, 3.6224837438852e-5),
    "leather": released(500, 15, 6.124723659154866e-4),
    "tile": released(200, 30, 6.045754779719109e-3),
    "wood": released(500, 22, 2.466546120460351e-4),
    "bottle": released(200, 23, 1.1289990475381853e-4),
    "cable": released(200, 14, 1.616039111268198e-3),
    "capsule": released(200, 14, 1.2118892498142058e-3),
    "hazelnut": released(500, 21, 1.3268898640895934e-3),
    "metal_nut": released(200, 11, 8.148858311570219e-4),
    "pill": released(200, 11, 1.0756100354690954e-3),
    "screw": released(500, 11, 4.155987052838602e-4),
    "toothbrush": released(200, 21, 1.287312814913699e-4),
    "transistor": released(400, 20, 1.12129043027424e-3),
    "zipper": released(200, 24, 4.55246818236177e-5),
    "default": released(200, 8, 1e-4),
  ]

  /// Side of the images that ``presets`` are for.
  package static let presetImageSize = 448

  private static func released(_ epochs: Int, _ batchSize: Int, _ learningRate: Double) -> UFlow {
    var settings = UFlow()
    settings.backbone = "ms_cait"
    settings.taps = [16, 32]
    settings.separateScales = []
    settings.normalization = .none
    // The authors' code runs one more than its configuration says.
    settings.epochs = epochs + 1
    settings.batchSize = batchSize
    settings.learningRate = learningRate
    settings.schedule = .reference
    settings.patience = 20
    settings.topFraction = 0
    return settings
  }
}
