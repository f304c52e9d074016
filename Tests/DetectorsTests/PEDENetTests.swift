import Detectors
import Fixtures
import Imaging
import Inspection
import Testing
import Torch

/// The detector as a whole, on images that are hard for it.
@Suite struct PEDENetTests {
  /// Short, but with as many clusters and dimensions as may break.
  private static var settings: PEDENet {
    var settings = PEDENet()
    settings.width = 0.125
    settings.clusters = 32
    settings.dimensions = 64
    settings.epochs = 2
    settings.batchSize = 2
    settings.pairs = 8
    settings.window = 128
    settings.stride = 16
    return settings
  }

  private static func images(_ count: Int, height: Int = 128, width: Int = 128) -> Tensor {
    Tensor.normal([count, 3, height, width], generator: Generator(seed: 7)).tanh()
  }

  private static func expectFinite(_ fitted: FittedPEDENet, _ images: Tensor) {
    let (height, width) = (images.shape[2], images.shape[3])
    let maps = inferenceMode { fitted.score(images).maps }
    #expect(maps.shape == [images.shape[0], height, width])
    #expect(maps.isFinite().all())
    #expect(fitted.metrics.values.allSatisfy { $0.isFinite })
    #expect(fitted.tensors.values.allSatisfy { $0.to(.float64).isFinite().all() })
  }

  enum Hardship: String, CaseIterable { case constant, duplicated, single, gray }

  /// Where the density loss is alone, it shapes the embeddings.
  @Test(
    arguments: Hardship.allCases,
    [[.location, .density], [.density], [.location, .membership]] as [[PEDENet.Loss]])
  func staysFinite(_ hardship: Hardship, _ losses: [PEDENet.Loss]) throws {
    var settings = Self.settings
    settings.losses = losses
    try Self.expectFinite(settings, Self.images(hardship))
  }

  @Test(arguments: Hardship.allCases)
  func lawsOfPositionsStayFinite(_ hardship: Hardship) throws {
    var settings = Self.settings
    settings.density = .positions
    try Self.expectFinite(settings, Self.images(hardship))
  }

  private static func expectFinite(_ settings: PEDENet, _ images: Tensor) throws {
    let fitted = try settings.fit(on: MemoryImages(images: images), FitContext(backbone: nil))
    expectFinite(fitted, images)
    expectFinite(fitted, Self.images(2))
  }

  private static func images(_ hardship: Hardship) -> Tensor {
    switch hardship {
    case .constant: .zeros([4, 3, 128, 128])
    case .duplicated: .concatenate([Tensor](repeating: images(1), count: 4))
    case .single: images(1)
    case .gray: .concatenate([Tensor](repeating: images(4).slice(1, 0..<1), count: 3), axis: 1)
    }
  }

  /// What is saved makes the same energies again.
  @Test(arguments: PEDENet.Density.allCases)
  func restoredIsTheSame(_ density: PEDENet.Density) throws {
    var settings = Self.settings
    settings.density = density
    let images = Self.images(3)
    let fitted = try settings.fit(on: MemoryImages(images: images), FitContext(backbone: nil))
    let restored = try settings.restore(fitted.tensors, backbone: nil)
    let statistics = [fitted, restored].map { model in
      inferenceMode {
        model.score(images).evidence.scales.map { $0.statistic.array(of: Float.self) }
      }
    }
    #expect(statistics[0] == statistics[1])
  }

  @Test(arguments: [(128, 128), (130, 201), (187, 129)])
  func anySizeWillDo(_ height: Int, _ width: Int) throws {
    let images = Self.images(3, height: height, width: width)
    var settings = Self.settings
    settings.clusters = 3
    settings.dimensions = 8
    try settings.validate(height: height, width: width, backbone: nil)
    let fitted = try settings.fit(on: MemoryImages(images: images), FitContext(backbone: nil))
    Self.expectFinite(fitted, images)
  }

  /// Each part that can be left out.
  @Test func partsLearnByThemselves() throws {
    let images = MemoryImages(images: Self.images(3))
    let changes: [(inout PEDENet) -> Void] = [
      { $0.losses = [.location] }, { $0.losses = [.membership] }, { $0.losses = [.density] },
      { $0.patchSizes = [32] },
      { $0.patchSizes = [64] },
    ]
    for change in changes {
      var settings = Self.settings
      settings.clusters = 3
      settings.dimensions = 8
      change(&settings)
      let fitted = try settings.fit(on: images, FitContext(backbone: nil))
      Self.expectFinite(fitted, images.images)
      let names = Set(fitted.metrics.keys)
      #expect(
        names.contains("locationAccuracy.32")
          == (settings.losses.contains(.location) && settings.patchSizes.contains(32)))
      #expect(
        names.contains("densityLoss.64")
          == (settings.losses.contains(.density) && settings.patchSizes.contains(64)))
    }
  }

  @Test func directionsAreNumberedRowByRow() {
    let all = (0..<Direction.count).map { [Direction($0).vertical, Direction($0).horizontal] }
    #expect(
      all == [[-1, -1], [-1, 0], [-1, 1], [0, -1], [0, 1], [1, -1], [1, 0], [1, 1]])
  }

  @Test(arguments: [32, 64]) func pairsLieAsTheirDirectionSays(_ size: Int) {
    let step = 2
    let (rows, columns) = ((150 - size) / step + 1, (140 - size) / step + 1)
    let pairs = PatchPairs(
      maps: 3, rows: rows, columns: columns, count: 200, patchSize: size,
      using: SharedRandom(seed: 2))
    let numbers = [pairs.first, pairs.second, pairs.directions].map { $0.array(of: Int64.self) }
    var maps: Set<Int> = []
    for index in 0..<600 {
      let places = (0..<2).map { side -> (map: Int, row: Int, column: Int) in
        let (map, place) = Int(numbers[side][index]).quotientAndRemainder(
          dividingBy: rows * columns)
        return (map, place / columns, place % columns)
      }
      maps.insert(places[0].map)
      #expect(places[0].map == places[1].map && places[0].map < 3)
      let direction = Direction(Int(numbers[2][index]))
      for (sign, moved) in [
        (direction.vertical, places[1].row - places[0].row),
        (direction.horizontal, places[1].column - places[0].column),
      ] {
        #expect(sign == moved.signum())
        #expect(sign == 0 || (3 * size / 4..<size).contains(abs(moved) * step))
      }
    }
    #expect(maps.count == 3)
  }

  @Test func badSettingsAreNamed() throws {
    let changes: [(String, (inout PEDENet) -> Void)] = [
      ("patchSizes", { $0.patchSizes = [] }), ("patchSizes", { $0.patchSizes = [64, 32] }),
      ("patchSizes", { $0.patchSizes = [16] }), ("stride", { $0.stride = 3 }),
      ("losses", { $0.losses = [] }),
      ("window", { $0.window = 127 }), ("width", { $0.width = .nan }),
    ]
    for (name, change) in changes {
      var settings = PEDENet()
      change(&settings)
      let error = #expect(throws: InspectionError.self) {
        try settings.validate(height: 256, width: 256, backbone: nil)
      }
      #expect(error?.subject == name && error?.isUsage == true)
    }
    let error = #expect(throws: InspectionError.self) {
      try PEDENet().validate(height: 128, width: 127, backbone: nil)
    }
    #expect(error?.subject == "image size")
  }
}
