// Feeds the parsers of Sources/Torch/Storage with what libFuzzer thinks up; Scripts/fuzz/storage.sh builds and runs it.
// Anything but a result or a StorageError is a finding: a trap, a read outside of the input, a hang, a memory blow-up.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  do {
    #if SAFETENSORS
      let header = try SafeTensorsHeader(bytes, file: "fuzz")
      for (_, tensor) in header.tensors { touch(tensor, bytes) }
    #elseif NPY
      touch(try NPYHeader(bytes, file: "fuzz").tensor, bytes)
    #elseif PICKLE
      // The storages of the pickle are as long as it asks, but no longer than the input.
      var offset = 0
      let root = try Unpickler.load(bytes, from: &offset, file: "fuzz") { key, dtype, count in
        0..<min(count * dtype.byteCount, bytes.count)
      }
      walk(root, bytes)
    #elseif CHECKPOINT
      let root = try root(of: bytes)
      walk(root, bytes)
      for (_, tensor) in try StateDictionary(root, file: "fuzz").tensors { touch(tensor, bytes) }
    #endif
  } catch let error as StorageError {
    // Messages hold pieces of the input and must come out whole too.
    precondition(!error.description.isEmpty)
  } catch {
    fatalError("an error of another kind: \(error)")
  }
  return 0
}

// MARK: What the parsers' files have beside the parsers; nothing of it is called.

public final class Tensor: Sendable {
  let dtype = DType.uint8
  let shape: [Int] = []
  let count = 0

  init(
    borrowing bytes: UnsafeRawBufferPointer, shape: [Int], strides: [Int], dtype: DType,
    owner: AnyObject
  ) {}

  init(copying bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType) {}

  func withUnsafeBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {}
}

struct TorchError: Error {
  enum Kind { case outOfMemory }
  let kind: Kind
  let operation: String
  let message: String
  let arguments: [String]
}

func checkMemory() throws {}

// MARK: Walking through what was parsed

private func root(of bytes: UnsafeRawBufferPointer) throws -> PickleValue {
  if ZipArchive.matches(bytes) { return try TorchArchive(bytes, file: "fuzz").root }
  return try LegacyCheckpoint(bytes, file: "fuzz").root
}

/// Reads the first and the last byte of `tensor`, which must lie in `bytes`.
private func touch(_ tensor: StoredTensor, _ bytes: UnsafeRawBufferPointer) {
  precondition(tensor.offset >= 0 && tensor.offset <= bytes.count)
  precondition(tensor.byteCount >= 0 && tensor.byteCount <= bytes.count - tensor.offset)
  precondition(tensor.count >= 0 && tensor.shape.count == tensor.strides.count)
  _ = tensor.isDense
  if tensor.byteCount > 0 {
    sink = bytes[tensor.offset] ^ bytes[tensor.offset + tensor.byteCount - 1]
  }
}

nonisolated(unsafe) private var sink: UInt8 = 0

/// Visits the values of `root`, at most a million: shared parts can make a small file a vast tree.
private func walk(_ root: PickleValue, _ bytes: UnsafeRawBufferPointer) {
  var waiting = [root]
  var left = 1_000_000
  while let value = waiting.popLast(), left > 0 {
    left -= 1
    switch value {
    case .list(let values): waiting += values.prefix(1000)
    case .dictionary(let dictionary):
      for (key, value) in dictionary.entries.prefix(1000) { waiting += [key, value] }
    case .tensor(let tensor): touch(tensor, bytes)
    default: break
    }
  }
}
