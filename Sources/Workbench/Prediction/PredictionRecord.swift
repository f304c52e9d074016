import Datasets
import Inspection

/// One line of `predictions.jsonl`.
package struct PredictionRecord: Codable, Sendable {
  /// The image's path below the folder that was given, or the name of the file that was given.
  package var name: String?
  /// As the image was opened.
  package var path: String
  /// `good`, a kind of defect, or `unlabeled`.
  package var label: String
  package var score: Float?
  /// `normal`, `uncertain` or `anomalous`.
  package var verdict: Verdict?
  package var anomalous: Bool?
  /// log10 of the probability that a good image scores as high, see ``Prediction/log10FalseAlarms``.
  package var log10FalseAlarms: Double?
  /// Whether that is rarer than the good images of the calibration could show by counting.
  package var extrapolated: Bool?
  /// The number of false alarms that the decision accepts; where a threshold decides, that.
  package var limit: Double?
  package var regions: [Region]?
  /// Of the image under its heat map (PNG), below the folder of results.
  package var overlayPath: String?
  /// Of the anomaly map (NPY, float32, at the model's resolution).
  package var mapPath: String?
  /// Of the anomalous pixels (PNG, 0 and 255, at the image's size).
  package var maskPath: String?
  /// Why there is no prediction.
  package var error: String?

  private enum CodingKeys: CodingKey {
    case name, path, label, score, verdict, anomalous, log10FalseAlarms, extrapolated, limit
    case regions, overlayPath, mapPath, maskPath, error
  }

  init(_ sample: Sample) {
    (name, path, label) = (sample.name, sample.address, sample.kind)
  }

  /// Every key stands in every line, with null where there is no value.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(path, forKey: .path)
    try container.encode(label, forKey: .label)
    try container.encode(score, forKey: .score)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(anomalous, forKey: .anomalous)
    try container.encode(log10FalseAlarms, forKey: .log10FalseAlarms)
    try container.encode(extrapolated, forKey: .extrapolated)
    try container.encode(limit, forKey: .limit)
    try container.encode(regions, forKey: .regions)
    try container.encode(overlayPath, forKey: .overlayPath)
    try container.encode(mapPath, forKey: .mapPath)
    try container.encode(maskPath, forKey: .maskPath)
    try container.encode(error, forKey: .error)
  }

  /// Of the image, below the folder of results.
  var pictures: [String] { [overlayPath, mapPath, maskPath].compactMap(\.self) }
}
