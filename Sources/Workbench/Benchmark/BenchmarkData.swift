import Datasets
import Foundation
import Inspection
import Torch

/// A data set of a benchmark, opened once for all runs.
package struct BenchmarkData: Sendable {
  /// What `--data` names, see ``Dataset/open(_:home:)``.
  package let location: String
  let home: String
  /// The data set's name as a folder can have it: that of its folder, `elpv-mono` or `fashion-mnist-3`.
  package let name: String
  /// The data set, or why there is none.
  let dataset: Result<Dataset, any Error>
  /// ``Dataset/hash()``; nil where there is none, for a reason that the runs name.
  let sha256: String?

  /// - Throws: ``InspectionError`` where there is no such place: a mistake in writing, better told before the long work.
  ///   What is wrong with the data there is left to the run that needs them.
  package init(_ location: String, home: String) throws {
    try self.init(location, home: home) { try? $0.hash() }
  }

  /// - Parameter sha256: the hash where it is known already.
  init(_ location: String, home: String, sha256: String?) throws {
    try self.init(location, home: home) { _ in sha256 }
  }

  private init(_ location: String, home: String, hash: (Dataset) -> String?) throws {
    self.location = location
    self.home = home
    dataset = Result { try Dataset.open(location, home: home) }
    if case .failure(let error as InspectionError) = dataset, error.isUsage { throw error }
    let last = URL(fileURLWithPath: location).standardizedFileURL.lastPathComponent
    name =
      FileManager.default.fileExists(atPath: location)
      ? last : last.replacingOccurrences(of: ":", with: "-")
    sha256 = (try? dataset.get()).flatMap(hash)
  }

  /// What reading the data set noticed; nothing where it could not be read.
  var remarks: [Remark] { (try? dataset.get())?.remarks ?? [] }
}

extension Dataset {
  /// SHA-256 over the names and contents of all images and masks: tells whether two evaluations saw the same data.
  ///
  /// A test image that cannot be read counts as such, since an evaluation leaves it out.
  func hash() throws -> String {
    let lines = test.map { sample in
      let image = (try? sample.sha256()) ?? "unreadable"
      let masks = sample.maskPaths.map { (try? SHA256.hex(ofFile: $0)) ?? "unreadable" }
      let mask = masks.isEmpty ? "none" : masks.joined(separator: " ")
      return "\(sample.kind) \(sample.name) \(image)\nmask \(mask)\n"
    }
    return SHA256.hex(of: Array((try trainingHash() + "\n" + lines.joined()).utf8))
  }
}
