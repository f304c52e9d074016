import Inspection

/// All that a run's figures follow from, but for the machine. A row is taken as it is only where all of it is as planned.
package struct BenchmarkConditions: Codable, Sendable, Equatable {
  package var detector: String
  /// All settings of the detector, its defaults among them.
  package var settings: JSONValue
  package var backbone: BackboneReference?
  /// Name of the data set, see ``BenchmarkData/name``.
  package var data: String
  /// Of all images and masks; nil where they could not be read.
  package var dataSHA256: String?
  package var seed: UInt64
  package var `protocol`: BenchmarkProtocol
  /// Size that images are brought to, in pixels.
  package var width: Int
  package var height: Int
  /// Share of the good images that are kept from the fitting to calibrate the decision; nil where all serve for both, by folds.
  package var holdOut: Double?
  package var device: String
  /// Version of this package.
  package var blemish: String

  package init(
    detector: String, settings: JSONValue, backbone: BackboneReference?, data: String,
    dataSHA256: String?, seed: UInt64, protocol: BenchmarkProtocol, width: Int, height: Int,
    holdOut: Double?, device: String, blemish: String = PackageVersion.current
  ) {
    self.detector = detector
    self.settings = settings
    self.backbone = backbone
    self.data = data
    self.dataSHA256 = dataSHA256
    self.seed = seed
    self.protocol = `protocol`
    self.width = width
    self.height = height
    self.holdOut = holdOut
    self.device = device
    self.blemish = blemish
  }

  /// A name for people.
  package var title: String { "\(detector), \(data), seed \(seed)" }

  /// Names what is otherwise than in `earlier`, setting by setting: `epochs 20 instead of 10`.
  package func differences(from earlier: Self) throws -> [String] {
    let (now, before) = (try flat(), try earlier.flat())
    return Set(now.keys).union(before.keys).sorted().compactMap { key in
      let (value, old) = (now[key] ?? .null, before[key] ?? .null)
      return value == old ? nil : "\(key) \(value.brief) instead of \(old.brief)"
    }
  }

  private func flat() throws -> [String: JSONValue] {
    var members = try JSONValue(encoding: self).members
    members.removeValue(forKey: "settings")
    return members.merging(settings.members) { condition, _ in condition }
  }
}

extension JSONValue {
  /// The value in a few words; hashes are cut.
  fileprivate var brief: String {
    switch self {
    case .null: "none"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value.count == 64 ? value.prefix(12) + "..." : value
    case .array(let values): values.map(\.brief).joined(separator: ",")
    case .object(let members):
      members.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.brief)" }
        .joined(separator: ", ")
    }
  }
}

/// What may influence a benchmark's models.
package enum BenchmarkProtocol: String, Codable, Sendable, CaseIterable {
  /// Good training images alone: the last epoch, a decision calibrated on held-out good images.
  case strict
  /// As the authors did: the test images choose the epoch.
  case paper

  /// In so many words.
  package var meaning: String {
    switch self {
    case .strict:
      "good training images alone make the model and its decision; no test image has a say"
    case .paper:
      "selected on test data, as the authors did: the epoch with the best pixel AUROC on test images (image AUROC"
        + " where there are no masks), with each method's own score; these metrics flatter the method"
    }
  }
}
