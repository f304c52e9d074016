import Foundation

/// Image files in folders. Only names are looked at here; what a file holds is decided by its content when it is read.
public enum ImageFolder {
  static let extensions: Set<String> = ["png", "jpg", "jpeg", "tif", "tiff", "webp", "bmp"]

  public static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }

  static func requireFolder(_ path: String) throws {
    guard !isFolder(path) else { return }
    let exists = FileManager.default.fileExists(atPath: path)
    throw InspectionError(
      path, found: exists ? "a file, not a folder" : "there is no such folder",
      remedy: "give a folder of images, or elpv:mono or elpv:poly")
  }

  /// Names of the folders in `folder`, sorted.
  static func subfolders(_ folder: String) throws -> [String] {
    try contents(folder).filter { isFolder("\(folder)/\($0)") }
  }

  /// Paths of the image files in `folder` and below, relative to it, sorted.
  public static func images(in folder: String) throws -> [String] {
    guard
      let walker = FileManager.default.enumerator(
        at: URL(fileURLWithPath: folder, isDirectory: true), includingPropertiesForKeys: [],
        options: [.skipsHiddenFiles, .producesRelativePathURLs])
    else { throw unreadable(folder) }
    var names: [String] = []
    for case let url as URL in walker where extensions.contains(url.pathExtension.lowercased()) {
      names.append(url.relativePath)
    }
    return names.sorted()
  }

  private static func contents(_ folder: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { !$0.hasPrefix(".") }.sorted()
    } catch { throw unreadable(folder) }
  }

  private static func unreadable(_ folder: String) -> InspectionError {
    InspectionError(folder, found: "it cannot be read", remedy: "check its permissions")
  }
}
