import CTorch

/// An operator of libtorch, found once by schema name and called through the ordinary dispatcher, so that autograd,
/// CUDA and inference mode work.
///
/// Every tensor operation of this package passes through here.
public struct Operator: Sendable {
  public let name: String
  private nonisolated(unsafe) let handle: CTOperator

  /// Finds `aten::name`, or `namespace::name` where a namespace is given; `arguments` is the count of the schema, which
  /// guards against a libtorch whose schema has changed.
  public init(_ name: String, _ overload: String = "", arguments: Int) {
    let qualified = name.contains("::") ? name : "aten::" + name
    self.name = overload.isEmpty ? qualified : "\(qualified).\(overload)"
    guard let found = ct_operator_find(qualified, overload) else {
      fatalError("libtorch \(Machine.torchVersion) has no operator \(self.name)")
    }
    let count = Int(ct_operator_argument_count(found))
    guard count == arguments else {
      fatalError(
        "\(self.name) takes \(count) arguments in this libtorch, \(arguments) were expected")
    }
    handle = found
  }

  /// Whether this libtorch has the operator: some come only with a library that it may be built without.
  static func exists(_ name: String, _ overload: String = "") -> Bool {
    ct_operator_find(name, overload) != nil
  }

  /// Calls an operator that returns one tensor. Missing arguments at the end take the schema's defaults; a failure
  /// traps with the operator, its message and the shapes.
  @inline(__always)
  @discardableResult
  func callAsFunction<each A: OperatorArgument>(_ arguments: repeat each A) -> Tensor {
    repeat (each arguments).push()
    guard let result = ct_call_tensor(handle) else { failure(repeat each arguments).trap() }
    return Tensor(owning: result)
  }

  /// As a call, but a failure throws: for what depends on the machine, such as device memory.
  func attempt<each A: OperatorArgument>(_ arguments: repeat each A) throws(TorchError) -> Tensor {
    repeat (each arguments).push()
    guard let result = ct_call_tensor(handle) else { throw failure(repeat each arguments) }
    return Tensor(owning: result)
  }

  /// Calls an operator that returns several tensors, or lists of them.
  @discardableResult
  func tensors<each A: OperatorArgument>(_ arguments: repeat each A) -> [Tensor] {
    let count = results(repeat each arguments)
    defer { ct_results_clear() }
    return (0..<count).compactMap { ct_result_tensor($0).map(Tensor.init(owning:)) }
  }

  /// Calls any operator and leaves its results on the calling thread's stack.
  func results<each A: OperatorArgument>(_ arguments: repeat each A) -> Int32 {
    repeat (each arguments).push()
    let count = ct_call(handle)
    guard count >= 0 else { failure(repeat each arguments).trap() }
    return count
  }

  @inline(never)
  private func failure<each A: OperatorArgument>(_ arguments: repeat each A) -> TorchError {
    var summaries: [String] = []
    repeat summaries.append((each arguments).summary)
    return .last(in: name, arguments: summaries)
  }
}
