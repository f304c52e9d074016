import CTorch

/// Runs `body` without recording operations for differentiation.
public func noGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
  let before = ct_set_grad_enabled(false)
  defer { _ = ct_set_grad_enabled(before) }
  return try body()
}

/// Runs `body` in inference mode: faster than ``noGrad(_:)``, and its results can never take part in differentiation.
public func inferenceMode<Result>(_ body: () throws -> Result) rethrows -> Result {
  guard let guardian = ct_inference_mode_enter() else {
    TorchError.last(in: "inferenceMode").trap()
  }
  defer { ct_inference_mode_leave(guardian) }
  return try body()
}

extension Tensor {
  /// Whether operations on this tensor are recorded for differentiation. Settable on leaves.
  public var requiresGrad: Bool {
    get { ct_tensor_requires_grad(handle) }
    set {
      guard ct_tensor_set_requires_grad(handle, newValue) else {
        TorchError.last(in: "requiresGrad", arguments: [description]).trap()
      }
    }
  }

  /// The gradients of this scalar with respect to `inputs`, each of its input's shape; nil where the scalar does not depend
  /// on it.
  ///
  /// - Parameters:
  ///   - retainGraph: whether gradients can be asked for once more; by default what was recorded goes.
  ///   - createGraph: whether the gradients can be differentiated themselves.
  public func gradients(
    of inputs: [Tensor], retainGraph: Bool = false, createGraph: Bool = false
  ) -> [Tensor?] {
    var handles = [CTTensor?](repeating: nil, count: inputs.count)
    let done =
      !MemoryScope.isExhausted
      && withExtendedLifetime(inputs) {
        inputs.map { Optional($0.handle) }.withUnsafeBufferPointer { inputs in
          handles.withUnsafeMutableBufferPointer { results in
            ct_grad(
              handle, inputs.baseAddress, inputs.count, retainGraph, createGraph,
              results.baseAddress)
          }
        }
      }
    guard done else {
      if !MemoryScope.isExhausted {
        MemoryScope.absorb(.last(in: "gradients", arguments: [description]))
      }
      return inputs.map { Tensor(owning: Tensor.withoutData($0.shape, $0.dtype)) }
    }
    return handles.map { $0.map(Tensor.init(owning:)) }
  }
}
