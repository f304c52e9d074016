import CTorch

/// An operator of libtorch, found once by schema name and called through the ordinary dispatcher, so that autograd,
/// CUDA and inference mode work.
///
/// Every tensor operation of this package passes through here.
package struct Operator: Sendable {
  package let name: String
  private nonisolated(unsafe) let handle: CTOperator

  /// Finds `aten::name`, or `namespace::name` where a namespace is given; `arguments` is the count of the schema, which
  /// guards against a libtorch whose schema has changed.
  package init(_ name: String, _ overload: String = "", arguments: Int) {
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

  /// Calls an operator that returns one tensor. Missing arguments at the end take the schema's defaults. A failure ends
  /// the program with the operator, its message and the shapes; memory that runs out is dealt with by the
  /// ``MemoryScope`` around the call.
  @inline(__always)
  @discardableResult
  func callAsFunction<each A: OperatorArgument>(_ arguments: repeat each A) -> Tensor {
    repeat (each arguments).push()
    if let result = ct_call_tensor(handle) { return Tensor(owning: result) }
    return withoutData(repeat each arguments)
  }

  @inline(never)
  private func withoutData<each A: OperatorArgument>(_ arguments: repeat each A) -> Tensor {
    MemoryScope.absorb(failure(repeat each arguments))
    repeat (each arguments).push()
    guard let result = ct_call_tensor(handle) else { failure(repeat each arguments).trap() }
    return Tensor(owning: result)
  }

  /// As a call, but every failure throws: for what depends on values or on the machine, such as the device.
  func attempt<each A: OperatorArgument>(_ arguments: repeat each A) throws(TorchError) -> Tensor {
    repeat (each arguments).push()
    if let result = ct_call_tensor(handle) { return Tensor(owning: result) }
    let error = failure(repeat each arguments)
    // Who catches it may take it for a property of the values; the scope knows better.
    if error.kind == .outOfMemory, MemoryScope.current != nil { MemoryScope.absorb(error) }
    throw error
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
    if count >= 0 { return count }
    MemoryScope.absorb(failure(repeat each arguments))
    repeat (each arguments).push()
    let countWithoutData = ct_call(handle)
    guard countWithoutData >= 0 else { failure(repeat each arguments).trap() }
    return countWithoutData
  }

  @inline(never)
  private func failure<each A: OperatorArgument>(_ arguments: repeat each A) -> TorchError {
    var summaries: [String] = []
    repeat summaries.append((each arguments).summary)
    return .last(in: name, arguments: summaries)
  }
}

/// What an operator of libtorch can be given.
package protocol OperatorArgument {
  /// Pushes the value onto the calling thread's stack.
  func push()
  /// How the value reads in an error message.
  var summary: String { get }
}

extension OperatorArgument {
  package var summary: String { "\(self)" }
}

extension Tensor: OperatorArgument {
  @inline(__always) package func push() { ct_push_tensor(handle) }
}
extension Int: OperatorArgument {
  @inline(__always) package func push() { ct_push_int(Int64(self)) }
}
extension Double: OperatorArgument {
  @inline(__always) package func push() { ct_push_double(self) }
}
extension Bool: OperatorArgument {
  @inline(__always) package func push() { ct_push_bool(self) }
}
extension String: OperatorArgument {
  package func push() {
    var text = self
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { ct_push_string($0.baseAddress, $0.count) }
    }
  }
}
extension Device: OperatorArgument {
  package func push() { ct_push_device(code.type, code.index) }
}
extension DType: OperatorArgument {
  @inline(__always) package func push() { ct_push_int(Int64(rawValue)) }
}
extension MemoryFormat: OperatorArgument {
  @inline(__always) package func push() { ct_push_int(Int64(rawValue)) }
}
extension Generator: OperatorArgument {
  package func push() { ct_push_generator(handle) }
  package var summary: String { "Generator" }
}
extension Optional: OperatorArgument where Wrapped: OperatorArgument {
  @inline(__always) package func push() {
    if let self { self.push() } else { ct_push_none() }
  }
  package var summary: String { self?.summary ?? "none" }
}
extension Array: OperatorArgument where Element: OperatorListElement {
  @inline(__always) package func push() { Element.push(list: self) }
  package var summary: String { "[\(map(\.summary).joined(separator: ", "))]" }
}

/// What can stand in a list that is given to an operator.
package protocol OperatorListElement: OperatorArgument {
  static func push(list: [Self])
}

extension Int: OperatorListElement {
  package static func push(list: [Int]) {
    list.withUnsafeBytes {
      ct_push_int_list($0.baseAddress?.assumingMemoryBound(to: Int64.self), list.count)
    }
  }
}
extension Double: OperatorListElement {
  package static func push(list: [Double]) {
    list.withUnsafeBufferPointer { ct_push_double_list($0.baseAddress, $0.count) }
  }
}
extension Bool: OperatorListElement {
  package static func push(list: [Bool]) {
    list.withUnsafeBufferPointer { ct_push_bool_list($0.baseAddress, $0.count) }
  }
}
extension Tensor: OperatorListElement {
  package static func push(list: [Tensor]) {
    withExtendedLifetime(list) {
      list.map { Optional($0.handle) }.withUnsafeBufferPointer {
        ct_push_tensor_list($0.baseAddress, $0.count)
      }
    }
  }
}
extension Optional: OperatorListElement where Wrapped == Tensor {
  package static func push(list: [Tensor?]) {
    withExtendedLifetime(list) {
      list.map { $0?.handle }.withUnsafeBufferPointer {
        ct_push_optional_tensor_list($0.baseAddress, $0.count)
      }
    }
  }
}
