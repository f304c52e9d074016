import Imaging
import Inspection
import Torch

/// One image of a data set: where it is, and what is known of it.
public struct Sample: Sendable, Hashable, Codable {
  /// What the data set says of an image.
  public enum Label: Sendable, Hashable, Codable {
    case good
    /// The kind is the name that the data set gives the defect.
    case defective(kind: String)
    case unknown
  }

  /// Path of the image file, or of the file that holds the image among others.
  public let path: String
  /// Which of the images in the file it is, from 0; nil where the file is the image. MNIST and its kin have many in one.
  public let record: Int?
  /// Path below the data set's folder, which names the sample in results.
  public let name: String
  /// Good, defective, or not known.
  public let label: Label
  /// Paths of the images that mark the defect, each a part of it, see ``mask()``; empty where nothing is known of it pixel by
  /// pixel.
  public let maskPaths: [String]

  /// - Parameters:
  ///   - record: which of the images in the file it is; nil where the file is the image.
  ///   - name: what names it in results.
  ///   - maskPaths: the images that mark its defect; read only where the pixels are judged.
  public init(
    path: String, record: Int? = nil, name: String, label: Label, maskPaths: [String] = []
  ) {
    self.path = path
    self.record = record
    self.name = name
    self.label = label
    self.maskPaths = maskPaths
  }

  /// What names the image to a person: its path or, where the file holds several, its name below that of the file.
  public var address: String { record == nil ? path : "\(path)/\(name)" }

  /// The image in the file as every viewer shows it, turned as its EXIF tag says.
  ///
  /// - Throws: `ImageError` or ``InspectionError`` that names the file.
  public func image() throws -> Image {
    guard let record else { return try Image(contentsOf: path, orienting: true) }
    return try ImageRecords.shared(path).image(record)
  }

  /// ``image()`` and ``sha256()`` of a file that is read once.
  ///
  /// The digest is nil where the file cannot be read at all.
  func imageAndDigest() -> (image: Result<Image, any Error>, sha256: String?) {
    var digest = record == nil ? nil : try? sha256()
    let image = Result {
      guard record == nil else { return try self.image() }
      return try Image(contentsOf: path, orienting: true) { digest = SHA256.hex(of: $0) }
    }
    return (image, digest)
  }

  /// The digest of the file, or of the image's pixels where the file holds several: 64 hexadecimal digits.
  package func sha256() throws -> String {
    guard let record else { return try SHA256.hex(ofFile: path) }
    return SHA256.hex(of: try ImageRecords.shared(path).bytes(record))
  }

  /// Whether it is labeled as defective; nil where it has no label.
  public var isDefective: Bool? {
    switch label {
    case .good: false
    case .defective: true
    case .unknown: nil
    }
  }

  /// `good`, the kind of defect, or `unlabeled`.
  public var kind: String {
    switch label {
    case .good: "good"
    case .defective(let kind): kind
    case .unknown: "unlabeled"
    }
  }
}
