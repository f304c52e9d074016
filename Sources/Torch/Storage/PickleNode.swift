/// A value while its pickle is being read. Containers can still grow and hold their contents by
/// position in the unpickler's list of nodes, so that neither cycles nor deep nesting harm.
enum PickleNode {
  case none
  case bool(Bool)
  case int(Int)
  /// An integer beyond 64 bits, little-endian two's complement.
  case largeInteger([UInt8])
  case float(Double)
  case string(String)
  case bytes([UInt8])
  case list([Int])
  case tuple([Int])
  case dictionary([(key: Int, value: Int)])
  /// Attributes by name.
  case object([(key: Int, value: Int)])
  case global(PickleGlobal)
  case storage(PickleStorage)
  case tensor(StoredTensor)
  /// A numpy type, by which scalars are read.
  case numpyType(DType)
}

/// The memory behind tensors: a record of the file, or a part of one.
struct PickleStorage {
  /// Name of the record in the file.
  let key: String
  let dtype: DType
  /// Place in the file.
  let range: Range<Int>
}
