import Foundation

/// What went wrong with a file that holds or shall hold tensors, in one line a person can act on.
public struct StorageError: Error, Equatable, CustomStringConvertible, LocalizedError {
  /// The path of the file, or the name given for bytes in memory.
  public let file: String
  /// What was found, or what failed.
  public let found: String
  /// What was expected in its place; empty where the finding says it all.
  public let expected: String
  /// What the reader of the message can do.
  public let remedy: String

  package init(file: String, found: String, expected: String = "", remedy: String) {
    self.file = file
    self.found = found
    self.expected = expected
    self.remedy = remedy
  }

  public var description: String {
    "\(file): \(found)" + (expected.isEmpty ? "" : ", expected \(expected)") + "; \(remedy)"
  }

  public var errorDescription: String? { description }
}

/// The reason of a failed system call, worded for a person.
struct SystemCall {
  let action: String
  let number: Int32

  /// Takes the reason from `errno`; call it directly after the failure.
  init(failedTo action: String) {
    number = errno
    self.action = action
  }

  func error(file: String) -> StorageError {
    StorageError(
      file: file, found: "cannot \(action) (\(String(cString: strerror(number))))", remedy: remedy)
  }

  private var remedy: String {
    switch number {
    case ENOENT: "check the spelling of the path and that its folder exists"
    case EACCES, EPERM, EROFS:
      "give the user of this process the permission, or choose another path"
    case ENOSPC, EDQUOT: "the disk is full: free some space or choose another path"
    case EISDIR: "give the path of a file, not of a folder"
    case ENAMETOOLONG: "choose a shorter name"
    case ENOLCK, EOPNOTSUPP: "its file system knows no locks: choose a place on another one"
    case ENOTDIR: "a part of the path is a file, not a folder: choose another path"
    case EMFILE, ENFILE: "too many files are open: close some or raise the limit (ulimit -n)"
    case ENOMEM: "free some memory and try again"
    default: "check the file and the disk that it is on"
    }
  }
}
