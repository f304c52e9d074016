import Foundation

/// The named tensors of a network.
///
/// Layers ask a ``ParameterPath`` for their tensors while they are made: a fresh store initializes them, a loading store
/// hands out those of a state dictionary. So a network has one initializer, its keys equal the published ones, and a
/// network that is loaded never pays for an initialization.
public final class Parameters {
  /// Names of the tensors, in the order their layers were made.
  public private(set) var names: [String] = []
  private var tensors: [String: Tensor] = [:]
  private var trainableNames: Set<String> = []
  private let source: Source
  private let dtype: DType
  private var missing: [String] = []
  private var misshapen: [String] = []

  private enum Source {
    case fresh(Generator)
    case stored([String: Tensor])
    case shapes
  }

  /// A store whose tensors start as their layers say; what they draw is the same for the same seed.
  public init(seed: UInt64, dtype: DType = .float32) {
    source = .fresh(Generator(seed: seed))
    self.dtype = dtype
  }

  /// A store whose tensors are those of a state dictionary, converted to `dtype`, buffers that have a type of their own to
  /// that; call ``verify(_:ignoring:)`` when the network is made. What is missing or of another shape is zero until then.
  public init(loading stateDictionary: [String: Tensor], dtype: DType = .float32) {
    source = .stored(stateDictionary)
    self.dtype = dtype
  }

  /// A store of which only ``names`` and shapes mean something; its tensors take no memory.
  package init(shapesOf dtype: DType) {
    source = .shapes
    self.dtype = dtype
  }

  /// The place that all names begin at.
  public var root: ParameterPath { ParameterPath(store: self, prefix: "") }

  /// The tensor called `name`; nil where there is none.
  public subscript(_ name: String) -> Tensor? { tensors[name] }

  /// The tensors that training changes, in order.
  public var trainable: [Tensor] {
    names.filter(trainableNames.contains).compactMap { tensors[$0] }
  }

  /// Those of ``trainable`` whose names begin with `prefix`.
  public func trainable(below prefix: String) -> [Tensor] {
    names.filter { trainableNames.contains($0) && $0.hasPrefix(prefix) }.compactMap { tensors[$0] }
  }

  /// Elements of ``trainable``.
  package var trainableCount: Int { trainable.reduce(0) { $0 + $1.count } }

  /// All tensors by name.
  public var stateDictionary: [String: Tensor] { tensors }

  /// Lets operations on what is trainable be recorded, so that gradients can be asked for.
  public func enableGradients() {
    for tensor in trainable { tensor.requiresGrad = true }
  }

  /// Checks a loading store after the network has been made; any other store is sound.
  ///
  /// - Parameters:
  ///   - origin: what the state dictionary is, such as the path of its file; errors begin with it.
  ///   - ignoring: tells which unused entries of the state dictionary are expected.
  /// - Throws: ``ParameterError`` that lists every missing, superfluous and misshapen entry.
  public func verify(_ origin: String, ignoring: (String) -> Bool = { _ in false })
    throws(ParameterError)
  {
    guard case .stored(let stored) = source else { return }
    let extra = stored.keys.filter { tensors[$0] == nil && !ignoring($0) }.sorted()
    guard missing.isEmpty, misshapen.isEmpty, extra.isEmpty else {
      throw ParameterError(origin: origin, missing: missing, extra: extra, misshapen: misshapen)
    }
  }

  fileprivate func make(
    _ name: String, _ shape: [Int], _ initializer: Initializer, trainable: Bool,
    dtype: DType?
  ) -> Tensor {
    let dtype = dtype ?? self.dtype
    precondition(tensors[name] == nil, "two parameters are named \(name)")
    let tensor: Tensor
    switch source {
    case .shapes: tensor = Tensor.zeros([], dtype: dtype).expanded(shape)
    case .fresh(let generator):
      tensor = initializer.tensor(shape, dtype: dtype, generator: generator)
    case .stored(let stored):
      if let found = stored[name], found.shape == shape {
        tensor = found.to(dtype)
      } else {
        if let found = stored[name] {
          misshapen.append("\(name) is \(found.shape), should be \(shape)")
        } else {
          missing.append(name)
        }
        tensor = .zeros(shape, dtype: dtype)
      }
    }
    names.append(name)
    tensors[name] = tensor
    if trainable { trainableNames.insert(name) }
    return tensor
  }
}

/// A place in the tree of a network's names: `path / "layer1" / 0` stands for `layer1.0`.
public struct ParameterPath {
  let store: Parameters
  let prefix: String

  /// The place `name` below `path`.
  public static func / (path: ParameterPath, name: String) -> ParameterPath {
    ParameterPath(store: path.store, prefix: path.prefix.isEmpty ? name : "\(path.prefix).\(name)")
  }
  /// The place of a numbered layer below `path`.
  public static func / (path: ParameterPath, index: Int) -> ParameterPath { path / "\(index)" }

  /// A tensor that training changes.
  public func parameter(_ name: String, _ shape: [Int], _ initializer: Initializer) -> Tensor {
    store.make((self / name).prefix, shape, initializer, trainable: true, dtype: nil)
  }

  /// A tensor that belongs to the state but not to training; `dtype` is the store's where none is given.
  public func buffer(
    _ name: String, _ shape: [Int], _ initializer: Initializer, dtype: DType? = nil
  ) -> Tensor {
    store.make((self / name).prefix, shape, initializer, trainable: false, dtype: dtype)
  }
}

/// How a tensor starts.
public enum Initializer: Sendable {
  /// The same value everywhere.
  case constant(Double)
  /// Uniform over `±1 / sqrt(fanIn)`: what PyTorch gives convolutions and linear layers.
  case uniform(fanIn: Int)
  /// Normal around 0.
  case normal(standardDeviation: Double)
  /// A random order of `0 ..< n`.
  case permutation
  /// A copy of given values.
  case copy(Tensor)

  func tensor(_ shape: [Int], dtype: DType, generator: Generator) -> Tensor {
    switch self {
    case .constant(let value): .full(shape, value, dtype: dtype)
    case .uniform(let fanIn):
      .uniform(
        shape, from: -1 / Double(fanIn).squareRoot(), to: 1 / Double(fanIn).squareRoot(),
        generator: generator, dtype: dtype)
    case .normal(let deviation):
      .normal(shape, generator: generator, dtype: dtype) * deviation
    case .copy(let values): values.to(dtype).cloned()
    case .permutation: .permutation(shape.reduce(1, *), generator: generator).to(dtype)
    }
  }
}

/// Tensors by name that are not those which a network, or whatever else is made of them, needs.
public struct ParameterError: Error, CustomStringConvertible, LocalizedError, Sendable {
  /// Where the tensors are from, such as the path of their file.
  public let origin: String
  /// Names that are needed and not there.
  public let missing: [String]
  /// Names that are there and not known.
  public let extra: [String]
  /// Names of tensors of another shape, with both shapes where known.
  public let misshapen: [String]

  package init(
    origin: String, missing: [String] = [], extra: [String] = [], misshapen: [String] = []
  ) {
    self.origin = origin
    self.missing = missing
    self.extra = extra
    self.misshapen = misshapen
  }

  public var errorDescription: String? { description }

  public var description: String {
    let findings = [("missing", missing), ("unknown", extra), ("of another shape", misshapen)]
    let parts = findings.filter { !$0.1.isEmpty }.map { kind, names in
      let shown = names.prefix(4).joined(separator: ", ")
      let rest = names.count > 4 ? " and \(names.count - 4) more" : ""
      return "\(names.count) \(kind): \(shown)\(rest)"
    }
    return "\(origin): not the tensors that are needed (\(parts.joined(separator: "; ")))"
  }
}
