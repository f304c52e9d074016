import Datasets
import Foundation
import Inspection
import Torch

/// A data set of a benchmark, opened once for all runs.
public struct BenchmarkData: Sendable {
  /// What `--data` names, see ``Dataset/open(_:home:)``.
  public let location: String
  let home: String
  /// The data set's name as a folder can have it: that of its folder, `elpv-mono` or `fashion-mnist-3`.
  public let name: String
  /// The data set, or why there is none.
  let dataset: Result<Dataset, any Error>
  /// ``Dataset/hash()``, or why there is none.
  let hash: Result<String, any Error>

  /// - Throws: ``InspectionError`` where there is no such place: a mistake in writing, better told before the long work.
  ///   What is wrong with the data there is left to the run that needs them.
  public init(_ location: String, home: String) throws {
    try self.init(location, home: home, hash: nil)
  }

  /// - Parameter hash: where it is known already.
  init(_ location: String, home: String, hash known: String?) throws {
    self.location = location
    self.home = home
    dataset = Result { try Dataset.open(location, home: home) }
    if case .failure(let error as InspectionError) = dataset, error.isUsage { throw error }
    let last = URL(fileURLWithPath: location).standardizedFileURL.lastPathComponent
    name =
      FileManager.default.fileExists(atPath: location)
      ? last : last.replacingOccurrences(of: ":", with: "-")
    let opened = dataset
    hash = Result { try known ?? opened.get().hash() }
  }
}

extension Dataset {
  /// SHA-256 over the names and contents of all images and masks: tells whether two evaluations saw the same data.
  ///
  /// A test image that cannot be read counts as such, since an evaluation leaves it out.
  package func hash() throws -> String {
    let lines = test.map { sample in
      let image = (try? sample.sha256()) ?? "unreadable"
      let masks = sample.maskPaths.map { (try? SHA256.hex(ofFile: $0)) ?? "unreadable" }
      let mask = masks.isEmpty ? "none" : masks.joined(separator: " ")
      return "\(sample.kind) \(sample.name) \(image)\nmask \(mask)\n"
    }
    return SHA256.hex(of: Array((try trainingHash() + "\n" + lines.joined()).utf8))
  }
}
