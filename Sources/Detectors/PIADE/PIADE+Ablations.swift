import Inspection

extension PIADE: AblatableDetector {
  public static var ablations: [Ablation] {
    [
      Ablation(
        "without-excitation", "no squeeze-and-excitation", ["squeezeExcitation": .bool(false)]),
      Ablation("one-level", "one level of the pyramid", ["pyramidLevels": .integer(1)]),
      Ablation("spatial", "means over the cells of grids", ["pooling": .string("spatial")]),
      Ablation("without-routing", "all votes count alike", ["routingIterations": .integer(1)]),
      Ablation("one-vector", "one instantiation vector", ["vectors": .integer(1)]),
      Ablation(
        "mse", "squared differences alone", ["losses": .array([.string("mse")])]),
      Ablation(
        "ssim", "structural similarity alone", ["losses": .array([.string("ssim")])]),
      Ablation(
        "perceptual", "the perceptual term alone", ["losses": .array([.string("perceptual")])]),
      Ablation(
        "mse-ssim", "without the perceptual term",
        ["losses": .array([.string("mse"), .string("ssim")])]),
    ]
  }
}
