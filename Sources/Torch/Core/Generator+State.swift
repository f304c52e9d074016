import CTorch

extension Generator {
  /// Where it stands, as bytes `[n]`: with them another generator draws what this one would have drawn next.
  public var state: Tensor {
    guard let state = ct_generator_state(handle) else {
      TorchError.last(in: "Generator.state").trap()
    }
    return Tensor(owning: state)
  }

  /// Goes on from a ``state`` that was kept.
  ///
  /// - Throws: `TorchError` where `state` is none.
  public func restore(bytes state: Tensor) throws(TorchError) {
    guard ct_generator_set_state(handle, state.handle) else {
      throw TorchError.last(in: "Generator.restore")
    }
  }
}
