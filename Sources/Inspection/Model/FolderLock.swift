import Foundation
import Torch

/// The right to write to a folder of results, or to a model that is to be: one process has it at a time. The system frees
/// it when the process ends, however it ends.
package struct FolderLock: Sendable {
  private let lock: FileLock

  /// Locks a folder that exists.
  ///
  /// - Throws: ``InspectionError`` that names the process that has it, or says why the folder cannot be written to.
  package init(_ folder: String) throws {
    try self.init("\(folder)/.lock", of: folder)
  }

  /// Locks the place of a model, at which nothing need stand yet.
  ///
  /// - Throws: ``InspectionError``, as ``init(_:)`` does.
  package init(ofModel path: String) throws {
    let model = URL(fileURLWithPath: path).standardizedFileURL
    let name = model.lastPathComponent
    // A name that fills what a file system allows leaves no room for more.
    let short = name.utf8.count <= 240 ? name : String(SHA256.hex(of: Array(name.utf8)).prefix(20))
    try self.init("\(model.deletingLastPathComponent().path)/.\(short).lock", of: path)
  }

  private init(_ path: String, of subject: String) throws {
    do { lock = try FileLock(path) } catch let error as StorageError {
      let isHeld = error.found.hasSuffix(FileLock.isHeld)
      throw InspectionError(
        subject, found: isHeld ? error.found : "it cannot be written to: \(error.found)",
        remedy: isHeld
          ? "wait for it to end, or choose another place"
          : "choose another folder, or mend its permissions")
    }
  }

  /// What the last holder had in the making when it came to a sudden end; empty as a rule.
  package var leftover: String { lock.leftover }

  /// Notes what is in the making, see ``leftover``.
  package func note(_ text: String) { lock.note(text) }

  /// Gives the right back before the value goes.
  package func release() { lock.release() }
}
