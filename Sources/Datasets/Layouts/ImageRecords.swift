import CLibZ
import Foundation
import Imaging
import Inspection
import Synchronization

/// Images of one size, one after the other in one file, plain or gzip: the IDX files of MNIST and its kin, or a binary batch
/// of CIFAR-10 (Krizhevsky 2009: a byte for the class, then 32 x 32 red, green and blue levels).
package struct ImageRecords: Sendable {
  /// Of CIFAR-10.
  private static let side = 32

  package let count: Int
  package let width: Int
  package let height: Int
  /// The class of each image, where the file tells it.
  package let labels: [UInt8]?
  private let path: String
  private let content: [UInt8]
  private let start: Int
  /// Bytes from an image to the next.
  private let step: Int
  /// Red, green and blue follow each other as planes; else it is gray.
  private let isColor: Bool

  /// - Throws: ``InspectionError`` that names the file where it is of neither format.
  package init(_ path: String) throws {
    self.path = path
    content = try CompressedFile.read(path)
    let record = 1 + 3 * Self.side * Self.side
    if let array = try IDXArray(content, path: path), array.shape.count == 3 {
      (count, height, width) = (array.shape[0], array.shape[1], array.shape[2])
      (start, step, isColor, labels) = (array.start, width * height, false, nil)
    } else if !content.isEmpty, content.count.isMultiple(of: record) {
      (width, height) = (Self.side, Self.side)
      count = content.count / record
      (start, step, isColor) = (1, record, true)
      let levels = content
      labels = (0..<count).map { levels[$0 * record] }
    } else {
      throw InspectionError(
        path, found: "neither images in IDX format nor a batch of CIFAR-10",
        remedy: "give such a file, or a folder of images")
    }
    guard width > 0, height > 0 else {
      throw InspectionError(
        path, found: "images of \(width) x \(height) pixels", remedy: "fetch the file again")
    }
  }

  /// The levels of an image as they are in the file.
  ///
  /// - Throws: ``InspectionError`` where there are not so many images.
  func bytes(_ index: Int) throws -> ArraySlice<UInt8> {
    guard (0..<count).contains(index) else {
      throw InspectionError(
        path, found: "\(count) images, none of number \(index)", remedy: "open the set anew")
    }
    let first = start + index * step
    return content[first..<first + (isColor ? 3 : 1) * width * height]
  }

  /// - Throws: ``InspectionError`` where there are not so many images.
  package func image(_ index: Int) throws -> Image {
    let levels = Array(try bytes(index))
    guard isColor else { return Image(width: width, height: height, channels: 1, pixels: levels) }
    let plane = width * height
    return Image(
      width: width, height: height, channels: 3,
      pixels: (0..<3 * plane).map { levels[$0 % 3 * plane + $0 / 3] })
  }

  private static let opened = Mutex<[String: ImageRecords]>([:])

  /// The images of the file at `path`, which is read once in the life of the process.
  static func shared(_ path: String) throws -> ImageRecords {
    try opened.withLock { opened in
      if let known = opened[path] { return known }
      let records = try ImageRecords(path)
      opened[path] = records
      return records
    }
  }
}

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

/// The bytes of a file, inflated where it is a gzip file.
enum CompressedFile {
  /// What a file may hold: more than any of the sets that are read so, and less than would fill a machine.
  static let limit = 1 << 30

  /// - Throws: ``InspectionError`` that names the file.
  static func read(_ path: String) throws -> [UInt8] {
    guard !ImageFolder.isFolder(path), let file = gzopen(path, "rb") else {
      throw InspectionError(
        path, found: "it cannot be read (\(reason(path)))",
        remedy: "look for the file and its permissions")
    }
    defer { gzclose(file) }
    gzbuffer(file, 1 << 18)
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = gzread(file, &block, UInt32(block.count))
      var status = Z_OK
      let message = gzerror(file, &status).map { String(cString: $0) } ?? ""
      // A file that ends too soon is told by the status alone.
      guard count >= 0, status == Z_OK || status == Z_STREAM_END else {
        throw InspectionError(
          path, found: "damaged (\(message))", remedy: "fetch the file again")
      }
      if count == 0 { return bytes }
      bytes += block[..<Int(count)]
      guard bytes.count <= limit else {
        throw InspectionError(
          path, found: "more than \(limit >> 20) MiB", remedy: "give the files of a small set")
      }
    }
  }

  private static func reason(_ path: String) -> String {
    if ImageFolder.isFolder(path) { return "it is a folder" }
    return FileManager.default.fileExists(atPath: path)
      ? "permission denied" : "there is no such file"
  }
}
