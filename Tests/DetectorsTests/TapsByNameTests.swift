import Backbones
import Detectors
import Inspection
import Testing
import Torch

/// Taps are chosen by stride or by name; either way they are the same features.
@Suite struct TapsByNameTests {
  private static let detectors = ["uflow", "padim", "gaussian"]

  @Test(arguments: detectors)
  func aNameIsAsGoodAsItsStride(_ name: String) throws {
    let images = try WovenCloth(0..<12)
    let backbone = try WovenCloth.backbone.get()
    var detectors: [any Detector] = []
    let scores = try ([[4, 8], ["blocks.1", 8]] as [JSONValue]).map { taps in
      let detector = try SmallModels.detector(name, ["taps": taps])
      detectors.append(detector)
      try detector.validate(height: 64, width: 64, backbone: backbone)
      let fitted = try detector.fit(on: images, FitContext(backbone: backbone))
      let restored = try detector.restore(fitted.tensors, backbone: backbone)
      return try [fitted, restored].map { fitted in
        let batch = inferenceMode { fitted.score(images.images[0..<2]) }
        try #require(batch.evidence.scales.count > 0)
        return batch.scores.array(of: Float.self)
      }
    }
    #expect(scores.joined().allSatisfy { $0 == scores[0][0] })
    #expect(
      try JSONValue(encoding: detectors[1]).members["taps"] == .array(["blocks.1", .integer(8)]))
  }

  @Test(arguments: detectors)
  func twoTapsOfOneStride(_ name: String) throws {
    let detector = try SmallModels.detector(name, ["taps": ["blocks.3", "blocks.4"]])
    let validate = {
      try detector.validate(height: 64, width: 64, backbone: WovenCloth.backbone.get())
    }
    guard name == "uflow" else { return try validate() }
    let error = #expect(throws: InspectionError.self) { try validate() }
    #expect(error?.remedy.contains("twice the one before") == true)
  }

  @Test(arguments: detectors)
  func whatTheBackboneLacks(_ name: String) throws {
    let taps: [(JSONValue, String, String)] = [
      (["blocks.9"], "[blocks.9]", "blocks.6"), ([3], "[3]", "2, 4, 8, 16, 32"),
      ([16, "blocks.4"], "[16, blocks.4]", "give each once"), ([""], "[an empty text]", "its name"),
    ]
    for (value, found, remedy) in taps {
      let detector = try SmallModels.detector(name, ["taps": value])
      let error = #expect(throws: InspectionError.self) {
        try detector.validate(height: 64, width: 64, backbone: WovenCloth.backbone.get())
      }
      #expect(error?.subject == "taps")
      #expect(error?.found == found)
      #expect(error?.remedy.contains(remedy) == true)
      #expect(error?.isUsage == true)
    }
    let error = #expect(throws: InspectionError.self) {
      try SmallModels.detector(name, ["taps": [4.5]])
    }
    #expect(error?.subject == "setting taps")
    #expect(error?.remedy.contains("a tap") == true)
  }

  @Test func withoutABackbone() throws {
    let error = #expect(throws: InspectionError.self) {
      try PaDiM().fit(on: WovenCloth(0..<2), FitContext(backbone: nil))
    }
    #expect(error?.description.hasPrefix("padim: no backbone; load efficientnet_lite0") == true)
  }
}
