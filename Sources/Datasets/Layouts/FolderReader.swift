import Foundation
import Inspection

/// A plain folder of good images, without anything to evaluate on.
struct FolderReader {
  let folder: String

  func read() throws -> Dataset {
    let names = try ImageFolder.images(in: folder)
    guard !names.isEmpty else {
      throw InspectionError(
        folder, found: "no images in it",
        remedy: "give a folder of good images (PNG, JPEG, TIFF, WebP, BMP) or one with train/good")
    }
    return Dataset(
      name: URL(fileURLWithPath: folder).lastPathComponent,
      training: names.map { Sample(path: "\(folder)/\($0)", name: $0, label: .good) }, test: [])
  }
}

extension DatasetLayout {
  /// Any folder: good images to learn from.
  public static let folder = DatasetLayout("folder") { location, _ in
    guard ImageFolder.isFolder(location) else { return nil }
    return try FolderReader(folder: location).read()
  }
}
