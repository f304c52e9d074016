import Inspection

extension PEDENet: AblatableDetector {
  public static var ablations: [Ablation] {
    [
      Ablation(
        "without-location", "no LP network: the density loss alone shapes the embeddings",
        ["locationWeight": .integer(0), "densityShapesEmbeddings": .bool(true)]),
      Ablation("without-density", "no density loss", ["densityWeight": .integer(0)]),
      Ablation("patches-32", "patches of 32 alone", ["patchSizes": .array([.integer(32)])]),
      Ablation("patches-64", "patches of 64 alone", ["patchSizes": .array([.integer(64)])]),
      Ablation(
        "joint-density", "the density loss shapes the embeddings too",
        ["densityShapesEmbeddings": .bool(true)]),
      Ablation(
        "late-joint-density", "the same, weakly and in the last 40 % of the steps",
        [
          "densityShapesEmbeddings": .bool(true), "densityStart": .number(0.6),
          "densityWeight": .number(0.001),
        ]),
      Ablation(
        "membership-loss", "memberships that need not sum to 1",
        ["densityLoss": .string("membership")]),
      Ablation(
        "raw-embeddings", "density of embeddings as they are",
        ["densityInput": .string("embedding")]),
      Ablation(
        "difference", "the LP network sees the difference",
        ["locationInput": .string("difference")]),
      Ablation(
        "one-pass", "the mixture of the DE network's memberships", ["maximizations": .integer(0)]),
      Ablation(
        "kmeans", "the mixture starts with k-means in place of the DE network's memberships",
        ["mixtureStart": .string("kmeans")]),
      Ablation(
        "positions", "a normal law at each position in place of the mixture",
        ["density": .string("positions")]),
      Ablation(
        "whole-reference", "energies are held against those of all positions",
        ["reference": .string("whole")]),
      Ablation(
        "held-out-reference", "a tenth of the images sets the energies' scales, and nothing else",
        ["scaleShare": .number(0.1)]),
      Ablation(
        "weak-noise", "a quarter of the noise",
        ["colorShift": .number(0.005), "noise": .number(0.005)]),
      Ablation(
        "single-patches", "each patch is encoded by itself", ["drawing": .string("patches")]),
    ]
  }
}
