import Backbones
import Fixtures
import Foundation
import Inspection
import Testing
import Torch

@Suite struct ModelBundleTests {
  private static let registry = DetectorRegistry([AverageDetector.self])

  private static func load(_ path: String, home: String = "/nowhere") throws -> Model {
    try ModelBundle.load(
      path, registry: registry, backbones: BackboneStore(home: Home(path: home)))
  }

  private static func edit(_ path: String, _ change: (inout [String: JSONValue]) -> Void) throws {
    let manifest = URL(fileURLWithPath: "\(path)/manifest.json")
    var members = try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: manifest)).members
    change(&members)
    try JSON.encode(JSONValue.object(members)).write(to: manifest)
  }

  @Test func comesBackAsItWas() throws {
    try withTemporaryFolder { folder in
      var detector = AverageDetector()
      detector.gain = 0.3
      detector.title = "a \"b\""
      let model = try Model.average(0.1, detector: detector)
      let path = "\(folder)/cloth.blemish"
      try ModelBundle.save(model, to: path, extras: ["run.json": Data("{}".utf8)])
      #expect(ModelBundle.isBundle(path))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: path).sorted() == [
          "manifest.json", "run.json", "tensors.safetensors",
        ])

      let loaded = try Self.load(path)
      let settings = try #require(loaded.detector as? AverageDetector)
      #expect(settings.gain == 0.3)
      #expect(settings.title == "a \"b\"")
      #expect(loaded.calibration == model.calibration)
      #expect(loaded.preprocessing == model.preprocessing)
      #expect(loaded.provenance == model.provenance)
      #expect(loaded.backbone == nil)
      let picture = try Weave().write(0..<1, to: folder)[0]
      let (before, after) = (try model.predict(picture), try loaded.predict(picture))
      #expect(after.map == before.map)
      #expect(after.score == before.score)
      #expect(after.regions == before.regions)

      let members = try ModelBundle.describe(path).members
      #expect(members["schema"] == .integer(3))
      #expect(members["detector"] == .string("average"))
      #expect(members["settings"]?.members["gain"] == .number(0.3))
    }
  }

  @Test func equalModelsGiveEqualBundles() throws {
    try withTemporaryFolder { folder in
      for name in ["a", "b"] { try ModelBundle.save(.average(0.1), to: "\(folder)/\(name)") }
      for file in ["manifest.json", "tensors.safetensors"] {
        let digests = try ["a", "b"].map { try SHA256.hex(ofFile: "\(folder)/\($0)/\(file)") }
        #expect(digests[0] == digests[1])
      }
    }
  }

  @Test(arguments: [
    (schema: 4, remedy: "update Blemish, or train the model anew"), (1, "train the model anew"),
  ])
  func anotherSchema(_ schema: Int, _ remedy: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/m"
      try ModelBundle.save(.average(0.1), to: path)
      try Self.edit(path) {
        $0["schema"] = .integer(schema)
        // Another schema may have other members.
        $0["calibration"] = nil
      }
      let error = #expect(throws: InspectionError.self) { try Self.load(path) }
      #expect(error?.subject == "\(path)/manifest.json")
      #expect(error?.found == "schema \(schema), this version reads schema 3")
      #expect(error?.remedy == remedy)
      #expect(throws: InspectionError.self) { try ModelBundle.describe(path) }
    }
  }

  @Test(arguments: ["", "{", "[]", "{}", "{\"schema\": \"1\"}", "{\"schema\": 2}", "\u{0}"])
  func damagedManifest(_ text: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/m"
      try ModelBundle.save(.average(0.1), to: path)
      try write(text, to: "\(path)/manifest.json")
      let error = try #require(#expect(throws: InspectionError.self) { try Self.load(path) })
      #expect(error.subject == "\(path)/manifest.json")
      #expect(error.remedy.contains("copy it again"))
      #expect(!error.description.contains("\n"))
    }
  }

  @Test(arguments: ["detector", "settings", "preprocessing", "calibration", "tensorsSHA256"])
  func missingMember(_ member: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/m"
      try ModelBundle.save(.average(0.1), to: path)
      try Self.edit(path) { $0[member] = nil }
      let error = #expect(throws: InspectionError.self) { try Self.load(path) }
      #expect(error?.found == "lacks \(member)")
    }
  }

  /// What evidence a detector gives is known when it has seen an image.
  @Test(arguments: [[], [JSONValue.null], [.null, .null]])
  func calibrationOfAnotherDetector(_ pixelLaws: [JSONValue]) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/m"
      try ModelBundle.save(.average(0.1), to: path)
      try Self.edit(path) {
        var calibration = $0["calibration"]?.members ?? [:]
        calibration["pixelLaws"] = .array(pixelLaws)
        $0["calibration"] = .object(calibration)
      }
      let picture = try Weave().write(0..<1, to: folder)[0]
      // What does not even fit itself is found before.
      let error = #expect(throws: InspectionError.self) { try Self.load(path).predict(picture) }
      let isKnownBefore = pixelLaws.count != 1
      #expect(
        error?.subject == (isKnownBefore ? "\(path)/manifest.json" : "the model's calibration"))
      #expect(error?.remedy.contains("train") == true)
    }
  }

  @Test func unknownDetectorAndSetting() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/m"
      try ModelBundle.save(.average(0.1), to: path)
      try Self.edit(path) { $0["settings"] = .object(["magic": .integer(1)]) }
      let setting = #expect(throws: InspectionError.self) { try Self.load(path) }
      #expect(setting?.subject.hasSuffix("/manifest.json") == true)
      #expect(setting?.found.contains("setting magic") == true)
      try Self.edit(path) { $0["detector"] = .string("magic") }
      let detector = #expect(throws: InspectionError.self) { try Self.load(path) }
      #expect(detector?.found.contains("detector magic") == true)
    }
  }

  @Test func damagedTensors() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/m"
      try ModelBundle.save(.average(0.1), to: path)
      let tensors = URL(fileURLWithPath: "\(path)/tensors.safetensors")
      var bytes = try Data(contentsOf: tensors)
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: tensors)
      let error = #expect(throws: InspectionError.self) { try Self.load(path) }
      #expect(error?.subject == tensors.path)
      #expect(error?.found.contains("SHA-256") == true)

      try FileManager.default.removeItem(at: tensors)
      let missing = #expect(throws: StorageError.self) { try Self.load(path) }
      #expect(missing?.file == tensors.path)
    }
  }

  @Test func noBundle() throws {
    try withTemporaryFolder { folder in
      for (name, found) in [
        ("none", "there is no such folder"), ("empty", "no manifest.json in it"),
      ] {
        let path = "\(folder)/\(name)"
        if name == "empty" { try makeFolder(of: "\(path)/x") }
        #expect(!ModelBundle.isBundle(path))
        let error = #expect(throws: InspectionError.self) { try Self.load(path) }
        #expect(error?.subject == path)
        #expect(error?.found == found)
        #expect(error?.isUsage == true)
      }
    }
  }

  /// A model gets the weights that it was fitted on, or an error.
  @Test func knowsItsWeights() throws {
    try withTemporaryFolder { home in
      let architecture = try BackboneRegistry.standard.architecture("resnet18")
      let weights = "\(home)/weights/resnet18.safetensors"
      let tensors = architecture.parameterShapes.mapValues { Tensor.zeros($0) }
      try makeFolder(of: weights)
      try SafeTensors.write(tensors, to: weights)
      func model(_ reference: BackboneReference) throws -> Model {
        let model = try Model.average(0.1)
        var detector = AverageDetector()
        detector.backbone = reference.id
        return Model(
          detector: detector, scorer: model.scorer, calibration: model.calibration,
          backbone: reference, provenance: model.provenance)
      }
      let path = "\(home)/m"
      let reference = BackboneReference(id: "resnet18", sha256: try SHA256.hex(ofFile: weights))
      try ModelBundle.save(model(reference), to: path)
      #expect(try Self.load(path, home: home).backbone == reference)

      let other = BackboneReference(id: "resnet18", sha256: String(repeating: "0", count: 64))
      try ModelBundle.save(model(other), to: path)
      let error = #expect(throws: InspectionError.self) { try Self.load(path, home: home) }
      #expect(error?.subject == "weights of resnet18 in \(home)/weights")
      #expect(error?.found.contains(reference.sha256.prefix(12)) == true)
      #expect(error?.found.contains("000000000000...") == true)

      #expect(throws: WeightsError.self) { try Self.load(path, home: "\(home)/none") }
      try ModelBundle.save(model(BackboneReference(id: "magic", sha256: "0")), to: path)
      #expect(throws: UnknownBackboneError.self) { try Self.load(path, home: home) }
    }
  }

  /// A backbone of two files is known again by both.
  @Test func knowsTheWeightsOfAllParts() throws {
    try withTemporaryFolder { home in
      let fine = CaiTConfiguration(
        imageSide: 64, channels: 8, heads: 2, depth: 1, featureDepth: 1)
      let coarse = CaiTConfiguration(
        imageSide: 32, channels: 4, heads: 1, depth: 1, featureDepth: 1)
      let architecture = BackboneArchitecture.msCaiT("small", fine: fine, coarse: coarse)
      func write(_ part: BackboneArchitecture, _ value: Double) throws {
        let path = "\(home)/weights/\(part.id).safetensors"
        try makeFolder(of: path)
        try SafeTensors.write(part.parameterShapes.mapValues { .full($0, value) }, to: path)
      }
      for part in architecture.parts { try write(part, 0.5) }
      let store = BackboneStore(home: Home(path: home))
      let (backbone, reference) = try store.load(architecture)
      let features = backbone.features(.zeros([1, 3, 64, 64]), strides: [16, 32])
      #expect(features.map(\.shape) == [[1, 8, 4, 4], [1, 4, 2, 2]])

      #expect(reference.parts?.map(\.id) == ["cait_m48_448", "cait_s24_224"])
      for part in try #require(reference.parts) {
        let path = "\(home)/weights/\(part.id).safetensors"
        #expect(try part.sha256 == SHA256.hex(ofFile: path))
      }
      let data = try JSONEncoder().encode(reference)
      #expect(try JSONDecoder().decode(BackboneReference.self, from: data) == reference)
      try store.load(architecture).reference.check(against: reference, in: WeightStore())

      try write(architecture.parts[1], 0.25)
      let other = try store.load(architecture).reference
      #expect(other.sha256 != reference.sha256)
      let error = #expect(throws: InspectionError.self) {
        try other.check(against: reference, in: WeightStore(home: Home(path: home)))
      }
      #expect(error?.subject == "weights of cait_s24_224 in \(home)/weights")
      // A damaged manifest may lack the parts.
      #expect(throws: InspectionError.self) {
        let wanting = BackboneReference(id: "small", parts: [])
        try other.check(against: wanting, in: WeightStore())
      }
    }
  }

  @Test func doesNotReplaceAnotherFolder() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/photos"
      try write("mine", to: "\(path)/0.png")
      #expect(throws: InspectionError.self) { try ModelBundle.checkTarget(path) }
      let error = #expect(throws: InspectionError.self) {
        try ModelBundle.save(.average(0.1), to: path)
      }
      #expect(error?.subject == path)
      #expect(error?.isUsage == true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["0.png"])
      try ModelBundle.checkTarget("\(folder)/new")
    }
  }

  @Test func replacesAnOlderBundle() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/m"
      try ModelBundle.save(.average(0.1), to: path, extras: ["old.txt": Data()])
      // A loaded model reads its tensors from the file that is being replaced.
      let old = try Self.load(path)
      try ModelBundle.checkTarget(path)
      try ModelBundle.save(.average(0.9), to: path)
      #expect(
        try Self.load(path).fitted.tensors["average"]?[0][0][0][0].item() == Double(Float(0.9)))
      #expect(old.fitted.tensors["average"]?[0][0][0][0].item() == Double(Float(0.1)))
      #expect(!FileManager.default.fileExists(atPath: "\(path)/old.txt"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["m"])
    }
  }

  @Test(arguments: [true, false])
  func aFailedWriteLeavesWhatWasThere(_ hadOne: Bool) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/m"
      if hadOne { try ModelBundle.save(.average(0.1), to: path) }
      #expect(throws: StorageError.self) {
        try ModelBundle.save(.average(0.9), to: path, extras: ["no/such/folder": Data()])
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == (hadOne ? ["m"] : []))
      if hadOne {
        let tensor = try Self.load(path).fitted.tensors["average"]
        #expect(tensor?[0][0][0][0].item() == Double(Float(0.1)))
      }
    }
  }
}
