/// The calls that a checkpoint's pickle makes, done on plain data.
extension Unpickler {
  mutating func call(_ callable: Int, arguments: Int) throws -> Int {
    guard case .global(let global) = nodes[callable], case .tuple(let arguments) = nodes[arguments]
    else { throw error("a call of what cannot be called") }
    switch global {
    case .dictionary: return add(.dictionary(try entries(of: arguments.first)))
    case .defaultDictionary: return add(.dictionary(try entries(of: arguments.dropFirst().first)))
    case .namespace: return add(.object([]))
    case .list, .set: return add(.list(try elements(of: arguments.first)))
    case .tuple, .size: return add(.tuple(try elements(of: arguments.first)))
    case .path: return add(.string(try path(arguments)))
    case .rebuildTensor, .rebuildTensorWithType:
      return add(.tensor(try tensor(arguments, typed: global == .rebuildTensorWithType)))
    case .rebuildParameter:
      guard let data = arguments.first, case .tensor = nodes[data] else {
        throw error("a parameter without a tensor")
      }
      return data
    case .codecsEncode: return add(.bytes(try latin1(arguments)))
    case .numpyType: return add(.numpyType(try numpyType(arguments)))
    case .numpyScalar: return add(try numpyScalar(arguments))
    case .symbol("torch.device"):
      guard let type = arguments.first else { throw error("a device without a name") }
      return type
    case .symbol, .storage: throw error("a call of what cannot be called")
    }
  }

  /// Gives the object at `target` its attributes.
  mutating func build(_ target: Int, state: Int) throws {
    switch nodes[target] {
    case .object(let attributes):
      let added = try entries(of: state)
      try charge(attributes.count)
      nodes[target] = .object(attributes + added)
    case .numpyType:
      guard case .tuple(let state) = nodes[state], state.count > 1,
        case .string(let order) = nodes[state[1]], order != ">"
      else { throw error("a numpy type", expected: "one of little-endian scalars") }
    case .dictionary, .list, .tensor:
      // Attributes beside the contents, such as the `_metadata` of a state dictionary.
      break
    default: throw error("attributes of what has none")
    }
  }

  /// The storage that a persistent id stands for: `("storage", type, key, location, count, view)`.
  mutating func storage(_ identifier: Int) throws -> PickleStorage {
    guard case .tuple(let parts) = nodes[identifier], parts.count >= 5,
      case .string("storage") = nodes[parts[0]],
      case .global(.storage(let dtype)) = nodes[parts[1]],
      case .string(let key) = nodes[parts[2]], case .int(let count) = nodes[parts[4]], count >= 0,
      !count.multipliedReportingOverflow(by: dtype.byteCount).overflow
    else { throw error("a persistent id", expected: "that of a storage with type, key and size") }
    let range = try findStorage(key, dtype, count)
    guard parts.count > 5, case .tuple(let view) = nodes[parts[5]] else {
      return PickleStorage(key: key, dtype: dtype, range: range)
    }
    // A legacy view: `(key, first element, count)` within the storage.
    guard view.count == 3, case .int(let first) = nodes[view[1]],
      case .int(let length) = nodes[view[2]], first >= 0, length >= 0, first <= count,
      length <= count - first
    else { throw error("a view outside of its storage") }
    let start = range.lowerBound + first * dtype.byteCount
    return PickleStorage(key: key, dtype: dtype, range: start..<start + length * dtype.byteCount)
  }

  /// `(storage, offset, size, stride, requires_grad, hooks, dtype where typed, ...)`.
  private mutating func tensor(_ arguments: [Int], typed: Bool) throws -> StoredTensor {
    guard arguments.count >= (typed ? 7 : 4), case .storage(let storage) = nodes[arguments[0]],
      case .int(let first) = nodes[arguments[1]]
    else { throw error("a tensor without storage") }
    var dtype = storage.dtype
    if typed {
      guard case .global(.symbol(let name)) = nodes[arguments[6]],
        let named = DType(torchName: String(name.dropFirst("torch.".count)))
      else { throw error("a tensor of unknown type") }
      dtype = named
    }
    let shape = try integers(arguments[2])
    let strides = try integers(arguments[3])
    let (skipped, overflowed) = first.multipliedReportingOverflow(by: dtype.byteCount)
    let (start, overflowedStart) = storage.range.lowerBound.addingReportingOverflow(skipped)
    guard first >= 0, !overflowed, !overflowedStart,
      let tensor = StoredTensor(dtype: dtype, shape: shape, strides: strides, offset: start),
      tensor.offset <= storage.range.upperBound,
      tensor.byteCount <= storage.range.upperBound - tensor.offset
    else {
      throw error(
        "a tensor of shape \(shape), strides \(strides) from element \(first)",
        expected: "one within the \(storage.range.count) bytes of storage \(storage.key)")
    }
    return tensor
  }

  private mutating func integers(_ node: Int) throws -> [Int] {
    let elements =
      switch nodes[node] {
      case .tuple(let elements), .list(let elements): elements
      default: throw error("a shape that is no tuple")
      }
    guard elements.count <= 64 else {
      throw error("a tensor of \(elements.count) axes", expected: "at most 64")
    }
    try charge(elements.count)
    return try elements.map {
      guard case .int(let value) = nodes[$0] else { throw error("a size that is no integer") }
      return value
    }
  }

  private mutating func elements(of node: Int?) throws -> [Int] {
    guard let node else { return [] }
    switch nodes[node] {
    case .list(let elements), .tuple(let elements):
      try charge(elements.count)
      return elements
    default: throw error("a list made of no list")
    }
  }

  private mutating func entries(of node: Int?) throws -> [(key: Int, value: Int)] {
    guard let node else { return [] }
    switch nodes[node] {
    case .none: return []
    case .dictionary(let entries), .object(let entries):
      try charge(entries.count)
      return entries
    case .list(let pairs), .tuple(let pairs):
      try charge(pairs.count)
      return try pairs.map {
        switch nodes[$0] {
        case .list(let pair) where pair.count == 2, .tuple(let pair) where pair.count == 2:
          return (pair[0], pair[1])
        default: throw error("a dictionary entry", expected: "a key and a value")
        }
      }
    default: throw error("a dictionary made of no dictionary")
    }
  }

  private mutating func path(_ arguments: [Int]) throws -> String {
    var path = ""
    for argument in arguments {
      guard case .string(let part) = nodes[argument] else { throw error("a path that is no text") }
      try charge(part.utf8.count)
      path += path.isEmpty || path.hasSuffix("/") ? part : "/\(part)"
    }
    return path
  }

  /// `(text, "latin1")`: how Python 3 writes bytes for Python 2.
  private mutating func latin1(_ arguments: [Int]) throws -> [UInt8] {
    guard let first = arguments.first, case .string(let text) = nodes[first] else {
      throw error("an encoding of no text")
    }
    try charge(text.utf8.count)
    return try text.unicodeScalars.map {
      guard let byte = UInt8(exactly: $0.value) else { throw error("bytes beyond 255") }
      return byte
    }
  }

  private func numpyType(_ arguments: [Int]) throws -> DType {
    guard let first = arguments.first, case .string(let code) = nodes[first],
      let dtype = DType(numpyDescription: "|\(code)") ?? DType(numpyDescription: "<\(code)")
    else { throw error("a numpy type", expected: "one of numbers") }
    return dtype
  }

  private func numpyScalar(_ arguments: [Int]) throws -> PickleNode {
    guard arguments.count == 2, case .numpyType(let dtype) = nodes[arguments[0]],
      case .bytes(let bytes) = nodes[arguments[1]], bytes.count == dtype.byteCount
    else { throw error("a numpy scalar", expected: "a type and as many bytes as it has") }
    return bytes.withUnsafeBytes { bytes in
      func load<T: BitwiseCopyable>(_: T.Type) -> T { bytes.loadUnaligned(as: T.self) }
      return switch dtype {
      case .bool: .bool(bytes[0] != 0)
      case .uint8: .int(Int(bytes[0]))
      case .int8: .int(Int(load(Int8.self)))
      case .uint16: .int(Int(load(UInt16.self)))
      case .int16: .int(Int(load(Int16.self)))
      case .uint32: .int(Int(load(UInt32.self)))
      case .int32: .int(Int(load(Int32.self)))
      case .int64: .int(Int(load(Int64.self)))
      case .uint64:
        Int(exactly: load(UInt64.self)).map { .int($0) } ?? .largeInteger(Array(bytes) + [0])
      case .float16: .float(Self.widened(load(UInt16.self)))
      case .bfloat16: .float(Double(Float(bitPattern: UInt32(load(UInt16.self)) << 16)))
      case .float32: .float(Double(load(Float.self)))
      case .float64: .float(load(Double.self))
      }
    }
  }

  /// The value of a half-precision number's bits; Swift's `Float16` is not there on every platform.
  private static func widened(_ half: UInt16) -> Double {
    let exponent = Int(half >> 10 & 31)
    let fraction = Double(half & 1023)
    let magnitude =
      switch exponent {
      case 0: Double(sign: .plus, exponent: -24, significand: fraction)
      case 31: fraction == 0 ? Double.infinity : .nan
      default: Double(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
      }
    return half >= 0x8000 ? -magnitude : magnitude
  }
}

/// The Python names that a checkpoint may mention. Whatever is not listed is refused by name.
enum PickleGlobal: Equatable {
  case dictionary
  case list
  case tuple
  case set
  case namespace
  case path
  case size
  case defaultDictionary
  case rebuildTensor
  case rebuildTensorWithType
  case rebuildParameter
  case storage(DType)
  case codecsEncode
  case numpyScalar
  case numpyType
  /// A name that means only itself, such as `torch.float32`.
  case symbol(String)

  init?(module: Substring, name: Substring) {
    switch (module, name) {
    case ("collections", "OrderedDict"), ("collections", "Counter"), ("builtins", "dict"),
      ("__builtin__", "dict"):
      self = .dictionary
    case ("collections", "defaultdict"): self = .defaultDictionary
    case ("builtins", "list"), ("__builtin__", "list"): self = .list
    case ("builtins", "tuple"), ("__builtin__", "tuple"): self = .tuple
    case ("builtins", "set"), ("__builtin__", "set"), ("builtins", "frozenset"),
      ("__builtin__", "frozenset"):
      self = .set
    case ("builtins", "int"), ("builtins", "float"), ("builtins", "bool"), ("builtins", "str"),
      ("__builtin__", "int"), ("__builtin__", "float"), ("__builtin__", "bool"),
      ("__builtin__", "str"), ("__builtin__", "long"), ("__builtin__", "unicode"):
      self = .symbol(String(name))
    case ("argparse", "Namespace"), ("types", "SimpleNamespace"): self = .namespace
    case ("pathlib", "PosixPath"), ("pathlib", "Path"), ("pathlib", "PurePosixPath"),
      ("pathlib._local", "PosixPath"):
      self = .path
    case ("torch", "Size"): self = .size
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"):
      self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensorWithType
    case ("torch._utils", "_rebuild_parameter"),
      ("torch._utils", "_rebuild_parameter_with_state"):
      self = .rebuildParameter
    case ("torch", "UntypedStorage"), ("torch.storage", "UntypedStorage"): self = .storage(.uint8)
    case ("torch", "device"): self = .symbol("torch.device")
    case ("torch", _):
      if let dtype = DType(torchStorage: String(name)) {
        self = .storage(dtype)
      } else if DType(torchName: String(name)) != nil {
        self = .symbol("torch.\(name)")
      } else {
        return nil
      }
    case ("_codecs", "encode"): self = .codecsEncode
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"):
      self = .numpyScalar
    case ("numpy", "dtype"): self = .numpyType
    default: return nil
    }
  }
}
