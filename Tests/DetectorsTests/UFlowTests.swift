import Backbones
import Detectors
import Fixtures
import Inspection
import Testing
import Torch

@Suite struct UFlowTests {
  private static let good = Result { try WovenCloth(0..<12) }

  /// Small enough to be fitted in a moment.
  private static var quick: UFlow {
    var settings = UFlow()
    settings.taps = [4, 8]
    settings.flowSteps = 2
    settings.epochs = 4
    settings.batchSize = 4
    return settings
  }

  private static func fit(
    _ settings: UFlow = quick, seed: UInt64 = 0,
    report: @escaping (WorkProgress) throws -> Void = { _ in },
    selection: ((any FittedDetector) throws -> Double)? = nil
  ) throws -> FittedUFlow {
    try settings.fit(
      on: good.get(),
      FitContext(
        backbone: WovenCloth.backbone.get(), seed: seed, report: report, selection: selection))
  }

  private static func maps(_ fitted: any FittedDetector, _ images: Tensor) -> Tensor {
    inferenceMode { fitted.score(images).maps }
  }

  @Test(arguments: UFlow.Normalization.allCases)
  func lossFalls(_ kind: UFlow.Normalization) throws {
    var settings = Self.quick
    settings.normalization = kind
    settings.epochs = 6
    var losses: [Double] = []
    var progress: [WorkProgress] = []
    let fitted = try Self.fit(settings) {
      progress.append($0)
      losses += $0.metrics.filter { $0.name == "loss" }.map(\.value)
    }
    // Three batches of four images in each epoch.
    try #require(losses.count == 18)
    let epochs = stride(from: 0, to: 18, by: 3).map { losses[$0..<$0 + 3].reduce(0, +) / 3 }
    #expect(epochs[5] < epochs[0])
    #expect(epochs[5] < epochs[2])
    #expect(abs((fitted.metrics["loss"] ?? 0) - epochs[5]) < 1e-9)
    #expect(progress.filter { $0.stage == "features" }.map(\.completed) == [4, 8, 12])
    #expect(progress.filter { $0.stage == "training" }.map(\.completed) == Array(1...18))
    #expect(progress.filter { $0.stage == "training" }.allSatisfy { $0.total == 18 })
  }

  /// Scores of the epochs, and which of them is the best: the first of equals; none where none is a number.
  @Test(
    arguments: [
      ([0.2, 0.9, 0.5, 0.9], 2), ([-4, -3, -2, -1], 4),
      ([.nan, -1, .nan, -2], 2), ([.nan, .nan, .nan, .nan], nil),
    ] as [([Double], Int?)])
  func keepsTheEpochThatIsSelected(_ scores: [Double], _ best: Int?) throws {
    let images = try WovenCloth(100..<102, flaw: WovenCloth.flaw).images
    var tensors: [[String: [UInt8]]] = []
    var maps: [[UInt8]] = []
    let fitted = try Self.fit(selection: { fitted in
      tensors.append(fitted.tensors.mapValues(Self.bytes))
      maps.append(Self.bytes(Self.maps(fitted, images)))
      return scores[tensors.count - 1]
    })
    try #require(tensors.count == 4)
    // What it is asked about differs from epoch to epoch.
    #expect(Set(maps).count == 4)
    let kept = (best ?? 4) - 1
    #expect(Self.network(fitted) == tensors[kept])
    #expect(Self.bytes(Self.maps(fitted, images)) == maps[kept])
    #expect(fitted.metrics[FitContext.selectedEpoch] == best.map(Double.init))
    #expect(fitted.metrics[FitContext.selectionScore] == best.map { scores[$0 - 1] })
    // To be asked does not change what is learnt.
    let last = try Self.fit()
    #expect(Self.network(last) == tensors[3])
    #expect(last.metrics.keys.sorted() == ["loss"])
  }

  @Test func aSelectionMayEndTheFit() throws {
    #expect(throws: Stop.self) { try Self.fit(selection: { _ in throw Stop() }) }
  }

  @Test func sameSeedSameModel() throws {
    let models = try [3, 3, 4].map { try Self.fit(seed: $0) }
    let images = try WovenCloth(100..<102, flaw: WovenCloth.flaw).images
    let tensors = models.map { $0.tensors.mapValues(Self.bytes) }
    let maps = models.map { Self.bytes(Self.maps($0, images)) }
    #expect(tensors[0] == tensors[1])
    #expect(maps[0] == maps[1])
    #expect(tensors[0] != tensors[2])
    #expect(maps[0] != maps[2])
  }

  @Test(arguments: UFlow.Normalization.allCases)
  func comesBackFromItsTensors(_ kind: UFlow.Normalization) throws {
    var settings = Self.quick
    settings.normalization = kind
    let fitted = try Self.fit(settings)
    let restored = try settings.restore(
      fitted.tensors.mapValues { $0.cloned() }, backbone: WovenCloth.backbone.get())
    let images = try WovenCloth(100..<102).images
    #expect(Self.bytes(Self.maps(restored, images)) == Self.bytes(Self.maps(fitted, images)))
    #expect(restored.tensors.keys.sorted() == fitted.tensors.keys.sorted())
    #expect(fitted.tensors.values.allSatisfy { !$0.requiresGrad })
  }

  @Test(arguments: [(0.0, 9.0), (0.25, 9), (0.5, 8.5), (1, 5.25)] as [(Double, Double)])
  func theScoreIsTheMeanOfTheWorstPixels(_ share: Double, _ score: Double) throws {
    var settings = Self.quick
    (settings.epochs, settings.topFraction) = (1, share)
    let fitted = try Self.fit(settings)
    let maps = Tensor([1, 9, 8, 3] as [Float], shape: [1, 2, 2])
    let scores = fitted.topMean(maps)
    #expect(scores.array(of: Float.self) == [Float(score)])
  }

  @Test func tensorsOfOtherSettingsDoNotFit() throws {
    let fitted = try Self.fit()
    let backbone = try WovenCloth.backbone.get()
    var others = [Self.quick, Self.quick, Self.quick]
    others[0].flowSteps = 3
    others[1].taps = [4, 8, 16]
    others[2].normalization = .layer
    for settings in others {
      #expect(throws: ParameterError.self) {
        try settings.restore(fitted.tensors, backbone: backbone)
      }
    }
    #expect(throws: ParameterError.self) { try Self.quick.restore([:], backbone: backbone) }
    var shapeless = fitted.tensors
    shapeless["normalization.0.mean"] = Tensor([1] as [Float], shape: [])
    #expect(throws: ParameterError.self) { try Self.quick.restore(shapeless, backbone: backbone) }
    #expect(throws: InspectionError.self) { try Self.quick.restore(fitted.tensors, backbone: nil) }
  }

  @Test(arguments: UFlow.Normalization.allCases)
  func tornClothStandsOut(_ kind: UFlow.Normalization) throws {
    var settings = Self.quick
    settings.normalization = kind
    let fitted = try Self.fit(settings)
    let clean = Self.maps(fitted, try WovenCloth(100..<106).images)
    let torn = Self.maps(fitted, try WovenCloth(200..<206, flaw: WovenCloth.flaw).images)
    #expect(torn.max(1, 2).min().item() > clean.max(1, 2).max().item())
    // The highest value lies in the flaw, or a feature's width beside it.
    for map in (0..<6).map({ torn[$0].reshaped(-1) }) {
      let peak = Int(map.argmax(0).item())
      let (row, column) = peak.quotientAndRemainder(dividingBy: WovenCloth.side)
      #expect((16..<48).contains(column) && (20..<52).contains(row), "peak at \(column), \(row)")
    }
  }

  @Test func evidenceIsChiSquareOfTheLatents() throws {
    let fitted = try Self.fit()
    let images = try WovenCloth(100..<103).images
    let (evidence, latents) = inferenceMode {
      (fitted.score(images).evidence, fitted.latents(images))
    }
    #expect(evidence.scales.map(\.statistic.shape) == [[3, 16, 16], [3, 8, 8]])
    for (scale, latent) in zip(evidence.scales, latents) {
      #expect(scale.null == .chiSquare(degreesOfFreedom: latent.shape[1]))
      #expect(relativeError(scale.statistic, latent.square().sum(1)) < 1e-6)
    }
    let maps = Self.maps(fitted, images)
    #expect(maps.shape == [3, WovenCloth.side, WovenCloth.side])
  }

  @Test func aLossThatIsNoNumberNamesTheRemedy() throws {
    var settings = Self.quick
    settings.learningRate = 1e30
    settings.schedule = .constant
    let error = #expect(throws: InspectionError.self) { try Self.fit(settings) }
    #expect(error?.subject == "training")
    #expect(error?.found.hasPrefix("the loss is not a number in epoch ") == true)
    #expect(error?.remedy.contains("lower the learning rate (1e+30)") == true)
  }

  private struct Stop: Error {}

  @Test(arguments: [(stage: "features", completed: 8), ("training", 1), ("training", 5)])
  func reportEndsTheFit(_ stage: String, _ completed: Int) throws {
    var last: (String, Int) = ("", 0)
    #expect(throws: Stop.self) {
      try Self.fit {
        last = ($0.stage, $0.completed)
        if $0.stage == stage && $0.completed == completed { throw Stop() }
      }
    }
    #expect(last == (stage, completed))
  }

  @Test func leavesNoTensorBehind() throws {
    let images = try WovenCloth(100..<101).images
    func work() throws {
      let fitted = try Self.fit()
      _ = Self.maps(fitted, images)
      #expect(throws: Stop.self) {
        try Self.fit { if $0.stage == "training" && $0.completed == 2 { throw Stop() } }
      }
    }
    // What is made once and kept is made now.
    try work()
    let before = Tensor.liveCount
    try work()
    #expect(Tensor.liveCount == before)
  }

  /// All but what was looked up when the fit was over.
  private static func network(_ fitted: FittedUFlow) -> [String: [UInt8]] {
    fitted.tensors.filter { !$0.key.hasPrefix("latentQuantiles") }.mapValues(bytes)
  }

  private static func bytes(_ tensor: Tensor) -> [UInt8] { tensor.withUnsafeBytes { Array($0) } }
}
