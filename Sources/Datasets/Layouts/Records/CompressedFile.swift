import CLibZ
import Foundation
import Inspection

/// The bytes of a file, inflated where it is a gzip file.
enum CompressedFile {
  /// What a file may hold: more than any of the sets that are read so, and less than would fill a machine.
  static let limit = 1 << 30

  /// - Throws: ``InspectionError`` that names the file.
  static func read(_ path: String) throws -> [UInt8] {
    guard !ImageFolder.isFolder(path), let file = gzopen(path, "rb") else {
      throw InspectionError(
        path, found: "it cannot be read (\(reason(path)))",
        remedy: "look for the file and its permissions")
    }
    defer { gzclose(file) }
    gzbuffer(file, 1 << 18)
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = gzread(file, &block, UInt32(block.count))
      var status = Z_OK
      let message = gzerror(file, &status).map { String(cString: $0) } ?? ""
      // A file that ends too soon is told by the status alone.
      guard count >= 0, status == Z_OK || status == Z_STREAM_END else {
        throw InspectionError(
          path, found: "damaged (\(message))", remedy: "fetch the file again")
      }
      if count == 0 { return bytes }
      bytes += block[..<Int(count)]
      guard bytes.count <= limit else {
        throw InspectionError(
          path, found: "more than \(limit >> 20) MiB", remedy: "give the files of a small set")
      }
    }
  }

  private static func reason(_ path: String) -> String {
    if ImageFolder.isFolder(path) { return "it is a folder" }
    return FileManager.default.fileExists(atPath: path)
      ? "permission denied" : "there is no such file"
  }
}
