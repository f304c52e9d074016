import Backbones
import Detectors
import Fixtures
import Inspection
import Testing
import Torch

@Suite struct PaDiMTests {
  private static var quick: PaDiM {
    var settings = PaDiM()
    settings.taps = [4, 8]
    settings.channels = 12
    settings.batchSize = 4
    return settings
  }

  private static func fit(_ settings: PaDiM = quick, _ numbers: Range<Int> = 0..<12) throws
    -> FittedPaDiM
  {
    try settings.fit(
      on: WovenCloth(numbers), FitContext(backbone: WovenCloth.backbone.get()))
  }

  /// New good images go in without the old ones, and the law is that of all of them.
  @Test func updatedIsFittedOnAll() throws {
    let context = FitContext(backbone: try WovenCloth.backbone.get())
    let whole = try Self.fit(Self.quick, 0..<12)
    let first = try Self.fit(Self.quick, 0..<8)
    let before = try #require(first.tensors["scatter"]).array(of: Double.self)
    // By way of what a bundle holds.
    let restored = try Self.quick.restore(first.tensors, backbone: context.backbone)
    let updated = try restored.updated(with: WovenCloth(8..<12)) { _ in }
    for name in ["mean", "scatter"] {
      let (own, all) = (updated.tensors[name], whole.tensors[name])
      #expect(relativeError(try #require(own), try #require(all)) < 1e-10)
    }
    #expect(updated.tensors["count"]?.item() == 12)
    #expect(first.tensors["scatter"]?.array(of: Double.self) == before)
  }

  /// Images of 64 pixels: the grid is that of the first tap at or above the setting.
  @Test(arguments: [(1, 16), (4, 16), (5, 8), (8, 8), (100, 8)])
  func gridIsTheFirstTapThatIsNoFiner(_ grid: Int, _ side: Int) throws {
    var settings = Self.quick
    settings.grid = grid
    let evidence = try Self.fit(settings).score(try WovenCloth(20..<22).images).evidence
    #expect(evidence.scales.map(\.statistic.shape) == [[2, side, side]])
  }

  @Test(arguments: PaDiM.Reduction.allCases)
  func tornClothStandsOut(_ reduction: PaDiM.Reduction) throws {
    var settings = Self.quick
    settings.reduction = reduction
    let fitted = try Self.fit(settings, 0..<24)
    func scores(_ images: Tensor) -> Tensor { inferenceMode { fitted.score(images).scores } }
    let clean = scores(try WovenCloth(100..<106).images)
    let torn = scores(try WovenCloth(200..<206, flaw: WovenCloth.flaw).images)
    #expect(torn.min().item() > clean.max().item())
  }

  @Test func tensorsOfOtherSettingsDoNotFit() throws {
    let fitted = try Self.fit()
    let backbone = try WovenCloth.backbone.get()
    var others = [Self.quick, Self.quick, Self.quick]
    others[0].channels = 13
    others[1].reduction = .orthogonal
    others[2].reduction = .none
    for settings in others {
      #expect(throws: ParameterError.self) {
        try settings.restore(fitted.tensors, backbone: backbone)
      }
    }
    for (name, tensor) in [
      ("grid", Tensor([3, 5] as [Int64])), ("grid", Tensor([8, 8] as [Float])),
      ("selection", Tensor((990..<1002).map { Int64($0) })), ("mean", Tensor([1] as [Float])),
      ("count", Tensor([12] as [Int64], shape: [])),
    ] {
      var tensors = fitted.tensors
      tensors[name] = tensor
      #expect(throws: ParameterError.self) {
        try Self.quick.restore(tensors, backbone: backbone)
      }
    }
  }

  @Test func oneImageIsTooFew() throws {
    let error = #expect(throws: InspectionError.self) { try Self.fit(Self.quick, 0..<1) }
    #expect(error?.subject == "the training images")
    #expect(error?.found == "one sample has no covariance")
    #expect(error?.remedy == "give at least 2")
  }
}
