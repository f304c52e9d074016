import Blemish
import Foundation

/// The images that a command line names.
enum Samples {
  /// Files stand for themselves, whatever they are called; folders for all images in them and below, but for those in
  /// `results`: what an earlier run has drawn is nothing to judge.
  ///
  /// - Throws: ``InspectionError`` where there is no such file, or nothing in a folder.
  static func named(_ paths: [String], without results: String) throws -> (
    samples: [Sample], remarks: [Remark]
  ) {
    var remarks: [Remark] = []
    let samples = try paths.flatMap { path -> [Sample] in
      guard ImageFolder.isFolder(path) else {
        guard FileManager.default.fileExists(atPath: path) else {
          throw InspectionError(
            path, found: "there is no such file", remedy: "give images or folders of images",
            isUsage: true)
        }
        let name = URL(fileURLWithPath: path).lastPathComponent
        return [Sample(path: path, name: name, label: .unknown)]
      }
      let listing = try ImageFolder.listing(of: path, without: results)
      remarks += listing.remarks
      guard !listing.images.isEmpty else {
        throw listing.missing("give images or folders of images (PNG, JPEG, ...)")
      }
      return listing.images.map { Sample(path: "\(path)/\($0)", name: $0, label: .unknown) }
    }
    return (samples, remarks)
  }
}
