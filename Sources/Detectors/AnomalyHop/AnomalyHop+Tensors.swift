import Backbones
import Inspection
import Statistics
import Torch

extension FittedAnomalyHop {
  /// With all of it as named tensors too.
  init(
    settings: AnomalyHop, transform: SaabTransform, sums: HopSums?, laws: [HopLaw],
    weights: [Double], ranges: [ClosedRange<Double>], metrics: [String: Double]
  ) {
    var tensors = [
      "weights": Tensor(weights),
      "ranges": Tensor(
        ranges.flatMap { [$0.lowerBound, $0.upperBound] }, shape: [ranges.count, 2]),
    ]
    for (hop, unit) in transform.units.enumerated() {
      tensors["saab.\(hop).kernels"] = unit.kernels
      tensors["saab.\(hop).means"] = unit.means
      tensors["saab.\(hop).energies"] = Tensor(unit.energies)
      tensors["saab.\(hop).biases"] = Tensor(unit.biases)
    }
    for (hop, moments) in zip(settings.activeHops, sums?.moments ?? []) {
      for (name, tensor) in moments.tensors { tensors["moments.\(hop).\(name)"] = tensor }
    }
    self.init(
      settings: settings, transform: transform, laws: laws, weights: weights, ranges: ranges,
      tensors: tensors, metrics: metrics)
  }
}

extension AnomalyHop {
  public func restore(_ tensors: [String: Tensor], backbone: (any Backbone)?) throws
    -> FittedAnomalyHop
  {
    let tensors = tensors.mapValues { $0.moved(to: .cpu) }
    let store = StoredTensors(tensors)
    let transform = try transform(in: store)
    let count = activeHops.count
    let weights = try store.take("weights", [count], .float64).array(of: Double.self)
    let extremes = try store.take("ranges", [count, 2], .float64).array(of: Double.self)
    let ranges = try (0..<count).map { index in
      let (low, high) = (extremes[2 * index], extremes[2 * index + 1])
      guard low <= high else { throw StoredTensors.misshapen("ranges") }
      return low...high
    }
    let sums = model == .selfReference ? nil : try sums(in: tensors)
    for (moments, hop) in zip(sums?.moments ?? [], activeHops)
    where moments.dimensions != transform.units[hop].kept.count {
      throw StoredTensors.misshapen("moments.\(hop).mean")
    }
    return FittedAnomalyHop(
      settings: self, transform: transform, laws: try laws(of: sums, hops: count),
      weights: weights, ranges: ranges, tensors: tensors, metrics: [:])
  }

  private func transform(in store: StoredTensors) throws(ParameterError) -> SaabTransform {
    var units: [SaabUnit] = []
    for (index, hop) in neededHops.enumerated() {
      let input =
        units.last?.next(pooling: hop.pooling)
        ?? SaabInput(imageChannels: 3, pooling: hop.pooling)
      let (nodes, size) = (input.channels.count, hop.window * hop.window)
      let outputs = 1 + (hop.components ?? size - 1)
      let path = "saab.\(index)"
      guard nodes > 0 else { throw StoredTensors.misshapen("saab.\(index - 1).energies") }
      units.append(
        SaabUnit(
          hop: hop, rule: rule, input: input,
          kernels: try store.take("\(path).kernels", [nodes, outputs, size], .float64),
          means: try store.take("\(path).means", [nodes, size], .float64),
          energies: try store.take("\(path).energies", [nodes * outputs], .float64).array(),
          biases: try store.take("\(path).biases", [nodes], .float64).array()))
    }
    for (index, unit) in units.enumerated() where unit.kept.isEmpty {
      throw StoredTensors.misshapen("saab.\(index).energies")
    }
    return SaabTransform(units: units)
  }

  /// The sums that a model was saved with.
  func sums(in tensors: [String: Tensor]) throws(ParameterError) -> HopSums {
    var moments: [Moments] = []
    for hop in activeHops {
      let path = "moments.\(hop)."
      let own = tensors.filter { $0.key.hasPrefix(path) }
        .map { (String($0.key.dropFirst(path.count)), $0.value) }
      moments.append(
        try Moments(
          Dictionary(uniqueKeysWithValues: own), origin: "the bundle's \(path.dropLast())"))
    }
    return HopSums(moments)
  }

  /// The laws that follow from sums, or each image's own.
  func laws(of sums: HopSums?, hops: Int) throws -> [HopLaw] {
    try sums?.laws(regularizer: regularizer)
      ?? (0..<hops).map { _ in .selfReference(regularizer: regularizer) }
  }
}

/// Tensors of a bundle, checked as they are taken.
private struct StoredTensors {
  private let tensors: [String: Tensor]

  init(_ tensors: [String: Tensor]) { self.tensors = tensors }

  static func misshapen(_ name: String) -> ParameterError {
    ParameterError(origin: "the bundle's tensors", misshapen: [name])
  }

  func take(_ name: String, _ shape: [Int], _ dtype: DType) throws(ParameterError) -> Tensor {
    guard let tensor = tensors[name] else {
      throw ParameterError(origin: "the bundle's tensors", missing: [name])
    }
    guard tensor.shape == shape, tensor.dtype == dtype else { throw Self.misshapen(name) }
    return tensor
  }
}
