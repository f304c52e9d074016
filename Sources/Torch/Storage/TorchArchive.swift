/// A checkpoint as `torch.save` writes it since version 1.6: a zip file of a pickle and one record a storage.
struct TorchArchive {
  let root: PickleValue

  /// Reads the checkpoint `bytes`. Throws ``StorageError``.
  init(_ bytes: UnsafeRawBufferPointer, file: String) throws {
    let archive = try ZipArchive(bytes, file: file)
    guard let pickleName = archive.names.first(where: { $0.hasSuffix("/data.pkl") }),
      let pickle = try archive.range(of: pickleName)
    else {
      throw StorageError(
        file: file, found: "a zip file without data.pkl", expected: "a checkpoint of torch.save",
        remedy: "give the path of a checkpoint")
    }
    let folder = pickleName.dropLast("data.pkl".count)
    guard !archive.names.contains("\(folder)constants.pkl") else {
      throw StorageError(
        file: file, found: "a TorchScript archive", expected: "a state_dict",
        remedy: "in Python, save torch.jit.load(path).state_dict() with torch.save")
    }
    if let range = try archive.range(of: "\(folder)byteorder") {
      let order = String(decoding: bytes[range], as: UTF8.self)
      guard order == "little" else {
        throw StorageError(
          file: file, found: "byte order \(order.debugDescription)", expected: "little",
          remedy: "save the checkpoint again on a little-endian machine")
      }
    }
    var offset = 0
    root = try Unpickler.load(
      UnsafeRawBufferPointer(rebasing: bytes[pickle]), from: &offset, file: file
    ) { key, dtype, count in
      // The unpickler has checked the product.
      let size = count * dtype.byteCount
      let name = "\(folder)data/\(key)"
      let record = try archive.range(of: name)
      guard let record, record.count >= size else {
        throw StorageError(
          file: file, found: record.map { "\($0.count) bytes in \(name)" } ?? "no record \(name)",
          expected: "\(size) bytes", remedy: "the file is damaged: fetch or write it again")
      }
      return record.lowerBound..<record.lowerBound + size
    }
  }
}
