import Foundation

/// Calls `body` with the path of a new folder and removes the folder afterwards.
@discardableResult
public func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer {
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      print("left behind: \(folder.path) (\(error))")
    }
  }
  return try body(folder.path)
}

/// Makes the folders on the way to a file.
public func makeFolder(of path: String) throws {
  try FileManager.default.createDirectory(
    at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
}

/// Writes `text` to a file; makes its folder where there is none.
public func write(_ text: String, to path: String) throws {
  try makeFolder(of: path)
  try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}
