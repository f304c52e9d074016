import Foundation
import Inspection

/// A folder that one process writes to at a time. The system frees it when the process ends, however it ends.
final class FolderLock {
  private let descriptor: Int32

  /// - Throws: ``InspectionError`` where another process has it, or it cannot be written to.
  init(_ folder: String) throws {
    descriptor = open("\(folder)/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw InspectionError(
        folder, found: "it cannot be written to (\(String(cString: strerror(errno))))",
        remedy: "choose another folder, or mend its permissions")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      close(descriptor)
      throw InspectionError(
        folder,
        found: reason == EWOULDBLOCK
          ? "another `blemish benchmark` is writing to it"
          : "it cannot be locked (\(String(cString: strerror(reason))))",
        remedy: "wait for it to end, or choose another folder")
    }
  }

  deinit { close(descriptor) }
}
