import CFileSystem
import Foundation
import Torch

/// A folder that comes into being as a whole: it is filled under a temporary name beside its place, then takes its name,
/// so that a kill leaves either what was there before or nothing. The temporary folder of a killed process is removed by
/// whoever writes beside it next.
package enum AtomicFolder {
  /// Makes the folder `path` of what `body` writes to the folder that it is given.
  ///
  /// - Parameter replacing: tells whether a folder that stands there may be replaced.
  /// - Throws: ``InspectionError`` that names the path where it cannot be written, or what `body` throws.
  package static func write(
    to path: String, replacing: (String) -> Bool, _ body: (String) throws -> Void
  ) throws {
    try checkTarget(path, replacing: replacing)
    let target = URL(fileURLWithPath: path).standardizedFileURL
    let parent = target.deletingLastPathComponent().path
    let files = FileManager.default
    let held = try Temporary.folder(for: target.lastPathComponent, in: "\(parent)/")
    let temporary = held.path
    do {
      try body(temporary)
      if files.fileExists(atPath: target.path) {
        try swap(temporary, target.path)
        // Under the temporary name stands the old folder now. Whoever sweeps up may remove it first.
        do { try files.removeItem(atPath: temporary) } catch {
          if files.fileExists(atPath: temporary) { throw error }
        }
      } else {
        try move(temporary, target.path)
      }
    } catch {
      // What cannot be removed is swept up by the next to write here; why the writing failed must be told all the same.
      try? files.removeItem(atPath: temporary)
      // The temporary name means nothing to those who read the error.
      if let error = error as? StorageError, error.file.hasPrefix(temporary) {
        throw StorageError(
          file: path + error.file.dropFirst(temporary.count), found: error.found,
          expected: error.expected, remedy: error.remedy)
      }
      throw readable(error, path)
    }
  }

  package static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }

  static func checkTarget(_ path: String, replacing: (String) -> Bool) throws {
    let files = FileManager.default
    if files.fileExists(atPath: path) {
      guard replacing(path) else {
        throw InspectionError(
          path, found: "something else stands there", remedy: "choose another path, or remove it",
          isUsage: true)
      }
    }
    let parent = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path
    guard !files.fileExists(atPath: parent) || isFolder(parent) else {
      throw InspectionError(
        parent, found: "a file, not a folder", remedy: "choose another path", isUsage: true)
    }
    do {
      try files.createDirectory(atPath: parent, withIntermediateDirectories: true)
    } catch { throw readable(error, parent) }
    guard files.isWritableFile(atPath: parent) else {
      throw InspectionError(
        parent, found: "it cannot be written to",
        remedy: "choose another path or mend its permissions")
    }
  }

  private static func move(_ source: String, _ target: String) throws {
    guard rename(source, target) == 0 else { throw failure(target) }
  }

  /// Both names exist all the time; each stands for the other's folder afterwards.
  private static func swap(_ a: String, _ b: String) throws {
    guard cf_exchange(a, b) == 0 else { throw failure(b) }
  }

  private static func failure(_ path: String) -> InspectionError {
    InspectionError(
      path, found: "it could not be given its name (\(String(cString: strerror(errno))))",
      remedy: "choose another path")
  }

  private static func readable(_ error: any Error, _ path: String) -> any Error {
    guard let error = error as? CocoaError else { return error }
    return InspectionError(
      path, found: "it cannot be written (\(InspectionError.reason(error)))",
      remedy: "choose another path, free space, or mend its permissions")
  }
}
