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
