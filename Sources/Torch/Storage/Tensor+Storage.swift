extension Tensor {
  /// The tensor that `stored` describes in `file`. Its span must lie within the file.
  ///
  /// The tensor borrows the mapping where the data is aligned for its type, else it holds a copy.
  convenience init(_ stored: StoredTensor, in file: MappedFile) {
    let bytes = UnsafeRawBufferPointer(
      rebasing: file.bytes[stored.offset..<stored.offset + stored.byteCount])
    if stored.offset % stored.dtype.byteCount == 0 {
      self.init(
        borrowing: bytes, shape: stored.shape, strides: stored.strides, dtype: stored.dtype,
        owner: file)
    } else if stored.isDense {
      self.init(copying: bytes, shape: stored.shape, dtype: stored.dtype)
    } else {
      // What lies between the elements is copied too: strides of 0 repeat elements, so the elements
      // one by one could take far more memory than the file has.
      let span = AlignedCopy(bytes)
      self.init(
        borrowing: span.bytes, shape: stored.shape, strides: stored.strides, dtype: stored.dtype,
        owner: span)
    }
  }
}

/// Bytes that were misaligned in their file.
private final class AlignedCopy {
  let bytes: UnsafeRawBufferPointer

  init(_ source: UnsafeRawBufferPointer) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 64)
    copy.copyMemory(from: source)
    bytes = UnsafeRawBufferPointer(copy)
  }

  deinit { bytes.deallocate() }
}
