import Imaging
import Inspection
import Synchronization

/// Images of one size, one after the other in one file, plain or gzip: the IDX files of MNIST and its kin, or a binary batch
/// of CIFAR-10 (Krizhevsky 2009: a byte for the class, then 32 x 32 red, green and blue levels).
public struct ImageRecords: Sendable {
  /// Of CIFAR-10.
  private static let side = 32

  public let count: Int
  public let width: Int
  public let height: Int
  /// The class of each image, where the file tells it.
  public let labels: [UInt8]?
  private let path: String
  private let content: [UInt8]
  private let start: Int
  /// Bytes from an image to the next.
  private let step: Int
  /// Red, green and blue follow each other as planes; else it is gray.
  private let isColor: Bool

  /// - Throws: ``InspectionError`` that names the file where it is of neither format.
  public init(_ path: String) throws {
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
  public func image(_ index: Int) throws -> Image {
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
