import Inspection

extension PEDENet: AblatableDetector {
  public static var ablations: [Ablation] {
    [
      Ablation("without-location", "no LP network", ["locationWeight": .integer(0)]),
      Ablation("without-density", "no density loss", ["densityWeight": .integer(0)]),
      Ablation("patches-32", "patches of 32 alone", ["patchSizes": .array([.integer(32)])]),
      Ablation("patches-64", "patches of 64 alone", ["patchSizes": .array([.integer(64)])]),
      Ablation("energy-loss", "DAGMM's energy", ["densityLoss": .string("energy")]),
      Ablation(
        "late-energy-loss", "DAGMM's energy, in the second half of the steps",
        [
          "densityLoss": .string("energy"), "densityStart": .number(0.5),
          "densityWeight": .number(0.001),
        ]),
      Ablation(
        "raw-embeddings", "density of embeddings as they are",
        ["densityInput": .string("embedding")]),
      Ablation(
        "difference", "the LP network sees the difference",
        ["locationInput": .string("difference")]),
      Ablation(
        "one-pass", "the mixture of the DE network's memberships", ["maximizations": .integer(0)]),
      Ablation(
        "whole-reference", "energies are held against those of all positions",
        ["reference": .string("whole")]),
      Ablation(
        "single-patches", "each patch is encoded by itself", ["drawing": .string("patches")]),
    ]
  }
}
