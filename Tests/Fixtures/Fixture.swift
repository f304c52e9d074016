import Foundation
import Torch

/// Test data written by other programs; the scripts that wrote it are in `Scripts/fixtures/`.
public enum Fixture {
  /// The tensors in `Data/name.safetensors` of the test target that `sourceFile` belongs to.
  ///
  /// Call it with `beside: #filePath`. Throws ``StorageError`` if the file is missing or damaged.
  public static func load(_ name: String, beside sourceFile: String) throws -> [String: Tensor] {
    try SafeTensors.read(path("\(name).safetensors", beside: sourceFile)).tensors
  }

  /// The path of the file `name` in the folder `Data` of the test target that `sourceFile` belongs to.
  public static func path(_ name: String, beside sourceFile: String) -> String {
    let parts = sourceFile.split(separator: "/", omittingEmptySubsequences: false)
    let target = parts.lastIndex { $0.hasSuffix("Tests") && $0 != "Tests" } ?? parts.count - 2
    return parts[...target].joined(separator: "/") + "/Data/\(name)"
  }
}
