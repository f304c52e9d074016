import Foundation
import Inspection

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
      remedy: "give a folder of images, elpv:mono, elpv:poly, or one class as in fashion-mnist:0",
      isUsage: true)
  }

  /// Names of the folders in `folder`, sorted.
  public static func subfolders(_ folder: String) throws -> [String] {
    try contents(folder).filter { isFolder("\(folder)/\($0)") }
  }

  /// Paths of the image files in `folder` and below, relative to it, sorted.
  ///
  /// - Parameter excluded: a folder below that is left out.
  public static func images(in folder: String, without excluded: String? = nil) throws -> [String] {
    let resolved = { (path: String) in
      URL(fileURLWithPath: path).resolvingSymlinksInPath().path + "/"
    }
    let (root, hidden) = (resolved(folder), excluded.map(resolved))
    // The folder itself may be asked for, whatever it holds.
    let isExcluded = { (name: String) in
      hidden.map { $0 != root && (root + name).hasPrefix($0) } ?? false
    }
    let names: [String]
    do { names = try FileManager.default.subpathsOfDirectory(atPath: folder) } catch {
      throw unreadable(folder)
    }
    return names.filter { name in
      let isHidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
      return !isHidden && !isExcluded(name)
        && extensions.contains((name as NSString).pathExtension.lowercased())
    }.sorted()
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
