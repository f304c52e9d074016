/// The names under which file formats know the element types.
extension DType {
  /// The type as safetensors writes it, such as `F32`; nil if the format has no name for it.
  var safeTensorsCode: String? { names.safeTensors }

  /// The type as numpy writes it, such as `<f4`; nil if numpy has no such type.
  var numpyDescription: String? { names.numpy }

  init?(safeTensorsCode: String) {
    self.init { $0.safeTensors == safeTensorsCode }
  }

  init?(numpyDescription: String) {
    // Byte order says nothing about one byte, and `=` is the machine's own.
    let kind = numpyDescription.dropFirst()
    switch numpyDescription.first {
    case "<", "=": self.init { $0.numpy.map { $0.dropFirst() == kind } ?? false }
    case "|": self.init { $0.numpy == numpyDescription }
    default: return nil
    }
  }

  /// The type of a `torch.FloatStorage` by that class's name, without the module.
  init?(torchStorage: String) {
    self.init { $0.torch.map { "\($0.storage)Storage" == torchStorage } ?? false }
  }

  /// The type of `torch.float32` by that name, without the module.
  init?(torchName: String) {
    self.init { $0.torch?.name == torchName }
  }

  private init?(_ matches: (Names) -> Bool) {
    guard let dtype = DType.allCases.first(where: { matches($0.names) }) else { return nil }
    self = dtype
  }

  private struct Names {
    let safeTensors: String?
    let numpy: String?
    let torch: (name: String, storage: String)?
  }

  private var names: Names {
    switch self {
    case .bool: Names(safeTensors: "BOOL", numpy: "|b1", torch: ("bool", "Bool"))
    case .uint8: Names(safeTensors: "U8", numpy: "|u1", torch: ("uint8", "Byte"))
    case .int8: Names(safeTensors: "I8", numpy: "|i1", torch: ("int8", "Char"))
    case .uint16: Names(safeTensors: "U16", numpy: "<u2", torch: ("uint16", "UInt16"))
    case .int16: Names(safeTensors: "I16", numpy: "<i2", torch: ("int16", "Short"))
    case .int32: Names(safeTensors: "I32", numpy: "<i4", torch: ("int32", "Int"))
    case .uint32: Names(safeTensors: "U32", numpy: "<u4", torch: ("uint32", "UInt32"))
    case .uint64: Names(safeTensors: "U64", numpy: "<u8", torch: ("uint64", "UInt64"))
    case .int64: Names(safeTensors: "I64", numpy: "<i8", torch: ("int64", "Long"))
    case .float16: Names(safeTensors: "F16", numpy: "<f2", torch: ("float16", "Half"))
    case .bfloat16: Names(safeTensors: "BF16", numpy: nil, torch: ("bfloat16", "BFloat16"))
    case .float32: Names(safeTensors: "F32", numpy: "<f4", torch: ("float32", "Float"))
    case .float64: Names(safeTensors: "F64", numpy: "<f8", torch: ("float64", "Double"))
    }
  }
}
