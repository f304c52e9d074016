import Foundation
import Synchronization

/// A file that one process holds at a time.
///
/// The lock is on the open file (flock), so the system frees it when the process ends, however it ends: what a dead
/// process has left can be told from what a living one is still at.
package final class FileLock: Sendable {
  package let path: String
  /// What an earlier holder had noted and never came to remove; empty as a rule.
  package let leftover: String
  /// Nil when the lock was given back.
  private let descriptor: Mutex<Int32?>
  /// How the finding ends where a living process has the file.
  package static let isHeld = "is writing to it"

  /// Makes the lock file at `path`, or takes over that of a dead process, and notes who holds it.
  ///
  /// - Throws: ``StorageError`` that names the holder where a living process has it, or says why it cannot be made.
  package init(_ path: String) throws {
    switch try Self.open(path, O_RDWR | O_CREAT) {
    case .opened(let descriptor):
      self.path = path
      self.descriptor = Mutex(descriptor)
      leftover = Self.text(descriptor).split(separator: "\n").dropFirst().joined(separator: "\n")
      note("")
    case .held(let holder):
      throw StorageError(
        file: path, found: "\(holder) \(Self.isHeld)",
        remedy: "wait for it to end, or choose another place")
    }
  }

  deinit { release() }

  /// Gives the lock back. The file goes before the lock does, and whoever has opened it in between takes notice.
  package func release() {
    descriptor.withLock { descriptor in
      guard let opened = descriptor else { return }
      unlink(path)
      close(opened)
      descriptor = nil
    }
  }

  /// Notes what is in the making, for whoever comes after a sudden end.
  package func note(_ text: String) {
    let lines = Array("\(Self.holder)\n\(text)".utf8)
    // Nothing depends on the note while this process lives, so a full disk is none of the work's business.
    descriptor.withLock { descriptor in
      guard let descriptor else { return }
      _ = ftruncate(descriptor, 0)
      _ = pwrite(descriptor, lines, lines.count, 0)
    }
  }

  /// This process, in words: `blemish train (process 4711)`.
  private static var holder: String {
    let words = CommandLine.arguments.dropFirst().prefix(1)
      .filter { $0.allSatisfy { $0.isLetter || $0 == "-" } && !$0.hasPrefix("-") }
    // As it was called: the command's programs have names that nobody has typed.
    let called = CommandLine.arguments.first.flatMap { $0.split(separator: "/").last }
    let program = called.map(String.init) ?? ProcessInfo.processInfo.processName
    let name = ([program] + words).joined(separator: " ")
    return "`\(name)` (process \(getpid()))"
  }

  private static func text(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }

  enum Attempt {
    case opened(Int32)
    /// By whom, as far as the file tells.
    case held(String)
  }

  /// Opens a file and locks it. What is opened stands under its name: an earlier holder may have moved or removed the
  /// file between the two steps, and then they are taken again.
  static func open(_ path: String, _ flags: Int32) throws -> Attempt {
    while true {
      let descriptor = Foundation.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o666)
      guard descriptor >= 0 else { throw SystemCall(failedTo: "open it").error(file: path) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let error = errno == EWOULDBLOCK ? nil : SystemCall(failedTo: "lock it").error(file: path)
        let holder = text(descriptor).split(separator: "\n").first.map(String.init)
        close(descriptor)
        if let error { throw error }
        return .held(holder ?? "another process")
      }
      if stands(descriptor, at: path) { return .opened(descriptor) }
      close(descriptor)
    }
  }

  /// Whether `path` is the name of what was opened.
  fileprivate static func stands(_ descriptor: Int32, at path: String) -> Bool {
    var opened = stat()
    var named = stat()
    return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0
      && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
  }
}

/// A file or folder under a temporary name beside the place that it shall take: `.NAME.RANDOM.tmp`. It is locked as long
/// as somebody is at work on it, so that what a killed process has left can be swept up.
package struct Temporary: ~Copyable {
  package let path: String
  package let descriptor: Int32

  /// Makes an empty file for what shall be `name` in `folder`, which ends in a slash or is empty.
  static func file(for name: String, in folder: String) throws -> Temporary {
    try make(for: name, in: folder) { path in
      Foundation.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
  }

  /// Makes an empty folder for what shall be `name` in `folder`, which ends in a slash.
  ///
  /// - Throws: ``StorageError`` where it cannot be made.
  package static func folder(for name: String, in folder: String) throws -> Temporary {
    try make(for: name, in: folder) { path in
      mkdir(path, 0o777) == 0 ? Foundation.open(path, O_RDONLY | O_CLOEXEC) : -1
    }
  }

  private static func make(
    for name: String, in folder: String, _ create: (String) -> Int32
  ) throws -> Temporary {
    sweepOnce(folder.isEmpty ? "." : folder)
    while true {
      // At random: in a container, a process that was killed had the same id. Long names are cut, by scalars of four bytes
      // at most, so that the temporary one fits where the name itself fits.
      let digits = String(UInt64.random(in: .min ... .max), radix: 36)
      let random = String(repeating: "0", count: Self.randomLength - digits.count) + digits
      let path = "\(folder).\(String(name.unicodeScalars.prefix(40))).\(random).tmp"
      let descriptor = create(path)
      guard descriptor >= 0 else {
        throw SystemCall(failedTo: "create it").error(file: folder + name)
      }
      // Where a file system knows no locks, nothing is swept up either.
      _ = flock(descriptor, LOCK_EX)
      // Somebody may have swept it up before it was locked.
      if FileLock.stands(descriptor, at: path) {
        return Temporary(path: path, descriptor: descriptor)
      }
      close(descriptor)
    }
  }

  deinit { close(descriptor) }

  // MARK: Sweeping

  private static let randomLength = 13
  private static let swept = Mutex<Set<String>>([])

  /// The first write of a process into a folder clears it of what the dead have left there.
  private static func sweepOnce(_ folder: String) {
    if swept.withLock({ $0.insert(folder).inserted }) { sweep(folder) }
  }

  /// Removes from `folder` the temporary files and folders that no living process is at work on; a folder that cannot be
  /// looked through stays as it is.
  package static func sweep(_ folder: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where isTemporary(name) {
      let path = "\(folder)/\(name)"
      let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, FileLock.stands(descriptor, at: path) {
        // Somebody else may be sweeping, or the folder may not be ours to write to: neither concerns the work.
        try? FileManager.default.removeItem(atPath: path)
      }
    }
  }

  /// Whether a name is one that this package gives.
  private static func isTemporary(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[0].isEmpty, parts[parts.count - 1] == "tmp" else { return false }
    let random = parts[parts.count - 2]
    // Earlier versions left out leading zeros.
    return (11...randomLength).contains(random.count)
      && random.allSatisfy { $0.isASCII && ($0.isNumber || $0.isLowercase) }
  }
}
