import Backbones
import Detectors
import Fixtures
import Foundation
import Inspection
import Testing
import Torch
import Workbench

/// Bundles that version 0.1.0 wrote (schema 2), with what it said of two pictures: `Scripts/fixtures/old_bundles.py`.
@Suite struct OldBundlesTests {
  private struct Said: Decodable {
    let score: Float
    let log10FalseAlarms: Double
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "Data/bundles").path

  /// On the machine where the bundle was made to the last bit, on another one to rounding.
  @Test(arguments: ["padim", "gaussian", "anomalyhop", "uflow", "pedenet"])
  func saysWhatItSaid(_ name: String) throws {
    let path = "\(Self.folder)/\(name)"
    let model = try ModelBundle.load(path, registry: .all, backbones: BackboneStore())
    let threads = Machine.threads
    Machine.threads = model.provenance.threads
    defer { Machine.threads = threads }
    let isSame =
      model.provenance.processor == Hardware.processor
      && model.provenance.libtorch == Machine.torchVersion
    let tolerance: Double = isSame ? 0 : 1e-4
    func expect(_ found: Double, _ expected: Double, _ what: String) {
      #expect(abs(found - expected) <= tolerance * max(abs(expected), 1), "\(name), \(what)")
    }
    let said = try JSONDecoder().decode(
      [String: Said].self, from: Data(contentsOf: URL(fileURLWithPath: "\(path)/said.json")))
    #expect(said.count == 2)
    for (picture, said) in said {
      let prediction = try model.predict("\(Self.folder)/\(picture).png")
      expect(Double(prediction.score), Double(said.score), picture)
      expect(prediction.log10FalseAlarms ?? .nan, said.log10FalseAlarms, picture)
      guard picture == "torn" else { continue }
      let map = try NPY.read("\(path)/torn.npy").flattened().array(of: Float.self)
      try #require(map.count == prediction.map.values.count)
      for (found, expected) in zip(prediction.map.values, map) where found != expected {
        expect(Double(found), Double(expected), "map")
      }
    }
  }

  /// How a model was trained is past; what it scores by must still be there.
  @Test func settingsThatAreGone() throws {
    try withTemporaryFolder { folder in
      func load(_ name: String, _ setting: String, _ value: JSONValue) throws -> Model {
        let path = "\(folder)/\(name)"
        if !FileManager.default.fileExists(atPath: path) {
          try FileManager.default.copyItem(atPath: "\(Self.folder)/\(name)", toPath: path)
        }
        var members = try ModelBundle.describe("\(Self.folder)/\(name)").members
        var settings = members["settings"]?.members ?? [:]
        #expect(settings[setting] != nil, "version 0.1.0 had \(setting)")
        settings[setting] = value
        members["settings"] = .object(settings)
        try JSON.encode(JSONValue.object(members))
          .write(to: URL(fileURLWithPath: "\(path)/manifest.json"))
        return try ModelBundle.load(path, registry: .all, backbones: BackboneStore())
      }
      _ = try load("uflow", "precision", "mixed")
      _ = try load("pedenet", "noise", 0.5)
      let error = #expect(throws: InspectionError.self) {
        try load("pedenet", "fusion", "product")
      }
      #expect(error?.found.contains("setting fusion: product") == true)
      #expect(error?.remedy.contains("train it anew") == true)
      let damaged = #expect(throws: InspectionError.self) { try load("pedenet", "stride", 5) }
      #expect(damaged?.remedy.contains("the bundle is damaged") == true)
    }
  }
}
