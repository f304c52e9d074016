import Detectors
import Fixtures
import Testing
import Torch

/// PyTorch with torchvision's and timm's encoders is the oracle (`Scripts/fixtures/piade.py`).
@Suite struct PIADENetworkTests {
  private static let fixture = Result { try Fixture.load("piade", beside: #filePath) }

  private static func tensor(_ name: String, _ shape: [Int]) -> Tensor {
    Tensor(Formula.uniform(name, count: shape.reduce(1, *)), shape: shape).to(.float64)
  }

  /// Images with levels in 0...1.
  private static func images(_ shape: [Int], name: String = "images") -> Tensor {
    tensor(name, shape) * 0.5 + 0.5
  }

  @Test(arguments: [(2, 3), (2, 1), (1, 3), (3, 2)])
  func routingAndItsGradients(_ vectors: Int, _ iterations: Int) throws {
    let expected = try Self.fixture.get().below("routing.\(vectors)x\(iterations).")
    let weight = Self.tensor("weight", [vectors, 12, 6, 8])
    let parameters = Parameters(loading: ["weight": weight], dtype: .float64)
    let routing = DynamicRouting(
      parameters.root, capsules: 12, size: 8, vectors: vectors, length: 6, iterations: iterations)
    let input = Self.tensor("capsules", [3, 12, 8])
    input.requiresGrad = true
    parameters.enableGradients()
    let output = routing(input)
    #expect(relativeError(output, try #require(expected["output"])) < 1e-9)
    let loss = (output * Self.tensor("probe.output", output.shape)).sum()
    for (name, gradient) in zip(
      ["input", "weight"], loss.gradients(of: [input, routing.weight]))
    {
      let oracle = try #require(expected["gradient.\(name)"])
      #expect(relativeError(try #require(gradient), oracle) < 1e-9, "\(name)")
    }
  }

  @Test func routingInSinglePrecision() throws {
    let expected = try Self.fixture.get().below("routing.2x3.")
    let parameters = Parameters(loading: ["weight": Self.tensor("weight", [2, 12, 6, 8])])
    let routing = DynamicRouting(
      parameters.root, capsules: 12, size: 8, vectors: 2, length: 6, iterations: 3)
    let output = routing(Self.tensor("capsules", [3, 12, 8]).to(.float32))
    #expect(relativeError(output, try #require(expected["output"])) < 1e-5)
  }

  @Test func nothingIsSquashedToNothing() {
    let routing = DynamicRouting(
      Parameters(seed: 0).root, capsules: 4, size: 8, vectors: 2, length: 6, iterations: 3)
    let input = Tensor.zeros([1, 4, 8])
    input.requiresGrad = true
    let output = routing(input)
    #expect(output.abs().max().item() == 0)
    #expect(output.sum().gradients(of: [input])[0]?.isFinite().all() == true)
  }

  @Test func theLongestVectorIsKept() {
    let vectors = Tensor(
      [1, 2, 3, 0, 0, -5, 4, 2] as [Float], shape: [2, 2, 2])
    #expect(DynamicRouting.longest(vectors).array(of: Float.self) == [3, 0, 0, -5])
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let side: Int
    let settings: PIADE
    let vectors: Int
    let skips: Bool?

    init(
      _ name: String, _ side: Int, vectors: Int = 2, skips: Bool? = nil,
      _ change: (inout PIADE) -> Void
    ) {
      testDescription = name
      self.side = side
      self.vectors = vectors
      self.skips = skips
      var settings = PIADE()
      change(&settings)
      self.settings = settings
    }

    /// The fixtures have PyTorch's momentum.
    func network(_ parameters: Parameters) -> PIADENetwork {
      PIADENetwork(
        parameters.root, settings, height: side, width: side, vectors: vectors, skips: skips,
        momentum: 0.1)
    }
  }

  static let cases = [
    Case("compact28", 28) { _ in },
    Case("compact32", 32, vectors: 1, skips: true) { $0.pooling = .spatial },
    Case("resnet18", 120) { ($0.encoder, $0.pooling, $0.form) = (.resNet18, .spatial, .released) },
    Case("efficientnet_lite0", 72) { _ in },
    Case("resnet50", 40) { ($0.encoder, $0.form) = (.resNet50, .released) },
  ]

  @Test(arguments: cases, [false, true])
  func networksAndTheirGradients(_ this: Case, training: Bool) throws {
    let expected = try Self.fixture.get()
      .below("\(this.testDescription).\(training ? "train" : "eval").")
    let shapes = Parameters(seed: 0)
    _ = this.network(shapes)
    let weights = shapes.stateDictionary.reduce(into: [:]) {
      $0[$1.key] = Formula.parameter($1.key, $1.value.shape)
    }
    let parameters = Parameters(loading: weights, dtype: .float64)
    let network = this.network(parameters)
    try parameters.verify("the formula")
    parameters.enableGradients()

    let output = network(Self.images([3, 3, this.side, this.side]), training: training)
    let image = output.reconstruction
    #expect(relativeError(output.vectors, try #require(expected["vectors"])) < 1e-8)
    let places = Tensor(Array(stride(from: 0, to: this.side, by: 8)))
    let sampled = image.selecting(places, axis: 2).selecting(places, axis: 3)
    #expect(relativeError(sampled, try #require(expected["output"])) < 1e-8)

    let loss = (image * Self.tensor("probe.output", image.shape)).sum()
    let names = parameters.names.filter { parameters[$0]?.requiresGrad == true }.sorted()
    let gradients = loss.gradients(of: names.map { parameters[$0]! })
    let sums = try zip(names, gradients).map { name, gradient in
      let gradient = try #require(gradient, "\(name)")
      return (gradient * Self.tensor("probe.\(name)", gradient.shape)).sum()
    }
    #expect(relativeError(.stack(sums), try #require(expected["gradients"])) < 1e-8)
    guard training else { return }
    let running = parameters.names.filter { $0.contains("running") }.sorted().map { name in
      let tensor = parameters[name]!
      return (tensor * Self.tensor("probe.\(name)", tensor.shape)).sum().detached()
    }
    #expect(relativeError(.stack(running), try #require(expected["running"])) < 1e-8)
  }

  @Test func structuralSimilarityIsSciKitImages() throws {
    let expected = try Self.fixture.get().below("ssim.")
    let (x, y) = Self.pair(20, 24)
    y.requiresGrad = true
    let map = StructuralSimilarity(height: 20, width: 24, dtype: .float64)(x, y)
    #expect(relativeError(map, try #require(expected["map"])) < 1e-10)
    let interior = map[0].slice(1, 5..<15).slice(2, 5..<19)
    #expect(relativeError(interior, try #require(expected["interior"])) < 1e-10)
    let loss = (map * Self.tensor("probe.map", map.shape)).sum()
    let gradient = try #require(loss.gradients(of: [y])[0])
    #expect(relativeError(gradient, try #require(expected["gradient"])) < 1e-9)
  }

  @Test(arguments: PerceptualNetwork.Kind.allCases)
  func perceptualDistances(_ kind: PerceptualNetwork.Kind) throws {
    let expected = try Self.fixture.get().below("loss.\(kind.rawValue).")
    let shapes = Parameters(seed: 0)
    _ = PerceptualNetwork(shapes.root, kind, strides: [4, 8, 16], side: 32)
    var weights = shapes.stateDictionary.reduce(into: [:]) {
      $0[$1.key] = Formula.parameter($1.key, $1.value.shape)
    }
    weights["variances"] =
      kind == .vgg11 ? Tensor.ones([1]) : Formula.parameter("variances", [3]).abs()
    let network = PerceptualNetwork(
      Parameters(loading: weights, dtype: .float64).root, kind, strides: [4, 8, 16],
      side: kind == .vgg11 ? 1 : 32)
    let (x, y) = Self.pair(28, 28)
    y.requiresGrad = true
    let levels = network.distances(network.features(x), network.features(y)).map { $0.mean(1, 2) }
    let values = levels.dropFirst().reduce(levels[0], +)
    #expect(relativeError(values, try #require(expected["values"])) < 1e-9)
    let gradient = try #require(values.sum().gradients(of: [y])[0])
    #expect(relativeError(gradient, try #require(expected["gradient"])) < 1e-9)
  }

  private static func pair(_ height: Int, _ width: Int) -> (Tensor, Tensor) {
    let x = images([2, 3, height, width])
    return (x, (x * 0.8 + images([2, 3, height, width], name: "others") * 0.2).detached())
  }
}
