import Backbones
import Detectors
import Fixtures
import Foundation
import Inspection
import Testing
import Torch

/// A saved model that is well formed and says what is not true: it loads and judges, or there is an error; nothing traps.
@Suite struct BundleLiesTests {
  private static let picture = Weave(width: WovenCloth.side, height: WovenCloth.side).picture(100)

  private static func load(_ path: String) throws -> Model {
    try ModelBundle.load(path, registry: .all) { _ in try WovenCloth.backbone.get() }
  }

  /// What became of a lie.
  private static func judge(_ path: String, _ lie: String) {
    do { _ = try load(path).predict(picture, name: "cloth") } catch {
      #expect(
        error is InspectionError || error is ParameterError || error is StorageError
          || error is DecodingError, "\(lie): \(type(of: error)) \(error)")
      #expect(!"\(error)".contains("\n"), "\(lie): \(error)")
    }
  }

  /// `value` with each of its numbers in turn replaced by `lies`; of a list, the first and the last alone.
  private static func replacing(_ value: JSONValue, _ path: String = "") -> [(String, JSONValue)] {
    switch value {
    case .integer, .number:
      return ([0, -1, .integer(.max), 1e19] as [JSONValue])
        .filter { $0 != value }.map { ("\(path)=\($0)", $0) }
    case .array(let elements):
      return Set([0, elements.count - 1]).filter(elements.indices.contains).sorted().flatMap {
        index in
        replacing(elements[index], "\(path)[\(index)]").map { lie, element in
          var changed = elements
          changed[index] = element
          return (lie, JSONValue.array(changed))
        }
      } + [("\(path)=[]", .array([])), ("\(path) twice", .array(elements + elements))]
    case .object(let members):
      return members.sorted { $0.key < $1.key }.flatMap { name, member in
        replacing(member, "\(path).\(name)").map { lie, changed in
          (lie, JSONValue.object(members.merging([name: changed]) { $1 }))
        }
      }
    case .string:
      return [
        ("\(path)=empty", ""), ("\(path)=long", .string(String(repeating: "é", count: 9999))),
      ]
    case .null, .bool: return [("\(path)=0", 0)]
    }
  }

  @Test(arguments: DetectorRegistry.all.names) func numbersOfTheManifest(_ name: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/m"
      let model = try SmallModels.model(name)
      try ModelBundle.save(model, to: path)
      let truth = try Self.load(path).predict(Self.picture, name: "cloth")
      #expect(truth.map == (try model.predict(Self.picture, name: "cloth")).map)
      for (lie, manifest) in Self.replacing(try ModelBundle.describe(path)) {
        try JSON.encode(manifest).write(to: URL(fileURLWithPath: "\(path)/manifest.json"))
        Self.judge(path, "\(name)\(lie)")
      }
    }
  }

  /// Images of another size than the model was trained on.
  @Test(arguments: DetectorRegistry.all.names) func imageSizes(_ name: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/m"
      try ModelBundle.save(SmallModels.model(name), to: path)
      let truth = try ModelBundle.describe(path).members
      for (height, width) in [(64, 96), (128, 128), (32, 64), (1, 1), (8192, 8192), (63, 64)] {
        var preprocessing = truth["preprocessing"]?.members ?? [:]
        preprocessing["height"] = .integer(height)
        preprocessing["width"] = .integer(width)
        let lie = truth.merging(["preprocessing": .object(preprocessing)]) { $1 }
        try JSON.encode(JSONValue.object(lie))
          .write(to: URL(fileURLWithPath: "\(path)/manifest.json"))
        // A detector that looks at images of any size may judge them at a new one, which takes long where it is large.
        if height > 128, name == "gaussian" || name == "uflow" { continue }
        Self.judge(path, "\(name) \(width) x \(height)")
      }
    }
  }

  /// A pipe would be waited for, a device read without end.
  @Test(.timeLimit(.minutes(1)), arguments: ["manifest.json", "tensors.safetensors"])
  func whatIsNoRegularFile(_ file: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/m"
      try ModelBundle.save(SmallModels.model("padim"), to: path)
      let place = "\(path)/\(file)"
      let replacements: [(String, (String) throws -> Void)] = [
        ("not a regular file", { _ in _ = mkfifo(place, 0o600) }),
        (
          "not a regular file",
          { _ in
            try FileManager.default.createSymbolicLink(
              atPath: place, withDestinationPath: "/dev/zero")
          }
        ),
        ("a folder", { _ in try makeFolder(of: "\(place)/x") }),
        (
          "bytes",
          { _ in
            // It takes no room: nothing of it was ever written.
            #expect(FileManager.default.createFile(atPath: place, contents: nil))
            #expect(truncate(place, 1 << 42) == 0)
          }
        ),
      ]
      for (found, replace) in replacements {
        try FileManager.default.removeItem(atPath: place)
        try replace(place)
        let error = #expect(throws: StorageError.self) { try Self.load(path) }
        #expect(error?.file == place)
        #expect(error?.found.contains(found) == true)
      }
    }
  }

  @Test(.enabled(if: geteuid() != 0)) func permissionIsNamed() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/m"
      try ModelBundle.save(SmallModels.model("padim"), to: path)
      for place in ["\(path)/manifest.json", path] {
        #expect(chmod(place, 0) == 0)
        let error = #expect(throws: StorageError.self) { try Self.load(path) }
        #expect(chmod(place, 0o700) == 0)
        #expect(error?.found.contains("Permission denied") == true)
      }
    }
  }
}
