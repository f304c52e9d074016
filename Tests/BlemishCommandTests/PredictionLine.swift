import Foundation

/// One line of `predictions.jsonl` as other programs see it.
struct PredictionLine: Decodable {
  struct Region: Decodable, Equatable {
    let x, y, width, height, area: Int
    let peak: Double
    let log10FalseAlarms: Double?
    let contours: [[[Int]]]
  }

  static let keys = [
    "name", "path", "score", "verdict", "anomalous", "log10FalseAlarms", "extrapolated", "limit",
    "regions", "mapPath", "maskPath", "overlayPath", "label", "error",
  ]

  let path: String
  let score: Double?
  let verdict: String?
  let anomalous: Bool?
  let log10FalseAlarms: Double?
  let regions: [Region]?
  let mapPath: String?
  let maskPath: String?
  let overlayPath: String?
  let error: String?

  static func all(in data: Data) throws -> [PredictionLine] {
    try data.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(PredictionLine.self, from: $0)
    }
  }

  static func all(of folder: String) throws -> [PredictionLine] {
    try all(in: Data(contentsOf: URL(fileURLWithPath: "\(folder)/predictions.jsonl")))
  }
}
