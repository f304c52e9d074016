import CTorch

/// What an operator of libtorch can be given.
public protocol OperatorArgument {
  /// Pushes the value onto the calling thread's stack.
  func push()
  /// How the value reads in an error message.
  var summary: String { get }
}

extension OperatorArgument {
  public var summary: String { "\(self)" }
}

extension Tensor: OperatorArgument {
  @inline(__always) public func push() { ct_push_tensor(handle) }
}
extension Int: OperatorArgument {
  @inline(__always) public func push() { ct_push_int(Int64(self)) }
}
extension Double: OperatorArgument {
  @inline(__always) public func push() { ct_push_double(self) }
}
extension Bool: OperatorArgument {
  @inline(__always) public func push() { ct_push_bool(self) }
}
extension String: OperatorArgument {
  public func push() {
    var text = self
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { ct_push_string($0.baseAddress, $0.count) }
    }
  }
}
extension Device: OperatorArgument {
  public func push() { ct_push_device(code.type, code.index) }
}
extension DType: OperatorArgument {
  @inline(__always) public func push() { ct_push_int(Int64(rawValue)) }
}
extension MemoryFormat: OperatorArgument {
  @inline(__always) public func push() { ct_push_int(Int64(rawValue)) }
}
extension Generator: OperatorArgument {
  public func push() { ct_push_generator(handle) }
  public var summary: String { "Generator" }
}
extension Optional: OperatorArgument where Wrapped: OperatorArgument {
  @inline(__always) public func push() {
    if let self { self.push() } else { ct_push_none() }
  }
  public var summary: String { self?.summary ?? "none" }
}
extension Array: OperatorArgument where Element: OperatorListElement {
  @inline(__always) public func push() { Element.push(list: self) }
  public var summary: String { "[\(map(\.summary).joined(separator: ", "))]" }
}

/// What can stand in a list that is given to an operator.
public protocol OperatorListElement: OperatorArgument {
  static func push(list: [Self])
}

extension Int: OperatorListElement {
  public static func push(list: [Int]) {
    list.withUnsafeBytes {
      ct_push_int_list($0.baseAddress?.assumingMemoryBound(to: Int64.self), list.count)
    }
  }
}
extension Double: OperatorListElement {
  public static func push(list: [Double]) {
    list.withUnsafeBufferPointer { ct_push_double_list($0.baseAddress, $0.count) }
  }
}
extension Bool: OperatorListElement {
  public static func push(list: [Bool]) {
    list.withUnsafeBufferPointer { ct_push_bool_list($0.baseAddress, $0.count) }
  }
}
extension Tensor: OperatorListElement {
  public static func push(list: [Tensor]) {
    withExtendedLifetime(list) {
      list.map { Optional($0.handle) }.withUnsafeBufferPointer {
        ct_push_tensor_list($0.baseAddress, $0.count)
      }
    }
  }
}
extension Optional: OperatorListElement where Wrapped == Tensor {
  public static func push(list: [Tensor?]) {
    withExtendedLifetime(list) {
      list.map { $0?.handle }.withUnsafeBufferPointer {
        ct_push_optional_tensor_list($0.baseAddress, $0.count)
      }
    }
  }
}
