import Backbones
import Foundation
import Inspection
import Torch

/// A matrix of runs: every detector on every data set with every seed, all under one protocol.
package struct BenchmarkPlan {
  package let detectors: [any Detector]
  package let data: [BenchmarkData]
  package let seeds: [UInt64]
  package var `protocol` = BenchmarkProtocol.strict
  package var width = 256
  package var height = 256
  /// Share of the good images that the decision is calibrated on.
  package var holdOut: Double?
  package var device = Device.cpu
  package var backbones = BackboneStore()

  /// - Throws: ``InspectionError`` where something stands twice in the matrix: its runs would share a folder.
  package init(detectors: [any Detector], data: [BenchmarkData], seeds: [UInt64]) throws {
    func requireDistinct(_ names: [String], _ option: String, _ remedy: String) throws {
      guard !names.isEmpty else {
        throw InspectionError(option, found: "nothing", remedy: remedy, isUsage: true)
      }
      let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
      if let twice = names.first(where: { counts[$0] != 1 }) {
        throw InspectionError(
          option, found: "\(twice) is given twice", remedy: remedy, isUsage: true)
      }
    }
    try requireDistinct(
      detectors.map { type(of: $0).name }, "detectors", "name at least one, and each once")
    try requireDistinct(
      data.map(\.name), "data", "give at least one folder, each with a name of its own")
    try requireDistinct(seeds.map { "\($0)" }, "seeds", "give at least one, and each once")
    self.detectors = detectors
    self.data = data
    self.seeds = seeds
  }

  /// The detector `name` with those of `settings` that are its own: `epochs` is meant for every detector, `uflow.epochs`
  /// for one.
  ///
  /// - Throws: ``InspectionError`` for a name or a setting that there is none of.
  package static func detectors(
    _ names: [String], settings: [String: JSONValue], registry: DetectorRegistry
  ) throws -> [any Detector] {
    let owned = settings.map { key, value in
      let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
      return parts.count == 2
        ? (owner: parts[0], key: parts[1], value: value) : (owner: nil, key: key, value: value)
    }
    if let stray = owned.first(where: { setting in
      setting.owner.map { !names.contains($0) } ?? false
    }) {
      throw InspectionError(
        "setting \(stray.owner ?? "").\(stray.key)", found: "no such detector in the benchmark",
        remedy: "use one of: \(names.joined(separator: ", "))", isUsage: true)
    }
    return try names.map { name in
      var own: [String: JSONValue] = [:]
      for setting in owned where setting.owner == nil { own[setting.key] = setting.value }
      for setting in owned where setting.owner == name { own[setting.key] = setting.value }
      return try registry.detector(name, settings: own)
    }
  }

  /// All runs, seed by seed, so that an interrupted benchmark has something of everything.
  ///
  /// - Throws: where a backbone is not there, or a setting does not fit: all runs would fail alike.
  func runs() throws -> [BenchmarkRun] {
    let ready = try detectors.map { detector in
      let loaded = try detector.backboneID.map { try backbones.load($0, on: device) }
      try detector.validate(height: height, width: width, backbone: loaded?.backbone)
      return (
        detector: detector, settings: try Self.settings(of: detector), backbone: loaded?.reference
      )
    }
    return seeds.flatMap { seed in
      data.flatMap { data in
        ready.map { detector, settings, backbone in
          BenchmarkRun(
            detector: detector, data: data,
            conditions: BenchmarkConditions(
              detector: type(of: detector).name, settings: settings, backbone: backbone,
              data: data.name, dataSHA256: data.sha256, seed: seed,
              protocol: self.protocol,
              width: width, height: height, holdOut: holdOut, device: "\(device)"),
            device: device, backbones: backbones)
        }
      }
    }
  }

  private static func settings(of detector: some Detector) throws -> JSONValue {
    try JSONValue(encoding: detector)
  }
}
