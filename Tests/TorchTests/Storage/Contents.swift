import Foundation
import Torch

/// Calls `body` with the path of a new folder and removes the folder afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
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

/// The bytes of `tensor`'s elements in row-major order.
func contents(_ tensor: Tensor) -> [UInt8] {
  tensor.withUnsafeBytes { Array($0) }
}
