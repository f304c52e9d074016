import Inspection

/// An array of bytes as the files of MNIST hold it: two zeros, the type (8: unsigned bytes), the number of axes, their sizes
/// as big-endian 32-bit integers, the elements (LeCun, "The MNIST database of handwritten digits", file format).
struct IDXArray {
  let shape: [Int]
  /// Header and elements.
  let bytes: [UInt8]
  /// Where the elements begin.
  let start: Int

  /// Nil where the bytes do not begin as such an array does.
  ///
  /// - Throws: ``InspectionError`` that names the file where they do, but are not as many as the header says.
  init?(_ bytes: [UInt8], path: String) throws {
    guard bytes.count >= 8, bytes[0] == 0, bytes[1] == 0, bytes[2] == 8, (1...3) ~= bytes[3]
    else { return nil }
    start = 4 + 4 * Int(bytes[3])
    guard bytes.count >= start else { throw Self.damaged(path, "its header is cut short") }
    shape = stride(from: 4, to: start, by: 4).map { place in
      bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    var count = 1
    for size in shape {
      let product = count.multipliedReportingOverflow(by: size)
      guard !product.overflow else { throw Self.damaged(path, "a header of \(shape)") }
      count = product.partialValue
    }
    guard bytes.count == start + count else {
      throw Self.damaged(path, "\(bytes.count - start) elements where its header tells of \(count)")
    }
    self.bytes = bytes
  }

  /// The labels in the file at `path`.
  static func labels(_ path: String) throws -> [UInt8] {
    guard let array = try IDXArray(try CompressedFile.read(path), path: path),
      array.shape.count == 1
    else {
      throw InspectionError(
        path, found: "no labels in IDX format", remedy: "give the file that belongs to the images")
    }
    return Array(array.bytes[array.start...])
  }

  private static func damaged(_ path: String, _ what: String) -> InspectionError {
    InspectionError(path, found: "damaged (\(what))", remedy: "fetch the file again")
  }
}
