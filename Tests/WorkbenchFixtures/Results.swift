import Fixtures
import Foundation
import Inspection
import Torch
import Workbench

/// A folder of results as `blemish evaluate` writes it, with scores made up.
package struct Results {
  /// Path below the data set's folder, score (nil where the image could not be judged), and the decision.
  package typealias Line = (name: String, score: Double?, isAnomalous: Bool)

  package var lines: [Line]
  package var data = "/data/cloth"
  package var metrics: [String: JSONValue] = ["imageAUROC": .number(0.5)]
  package var curves: [String: EvaluationCurve] = [:]

  package init(lines: [Line]) { self.lines = lines }

  /// The label is the last part but one of a name such as `test/good/1.png`.
  package func write(to folder: String) throws {
    let text = try lines.map { line in
      let parts = line.name.split(separator: "/")
      var record: [String: JSONValue] = [
        "path": .string("\(data)/\(line.name)"), "label": .string(String(parts[parts.count - 2])),
      ]
      if let score = line.score {
        let stem = (line.name as NSString).deletingPathExtension
        record["score"] = .number(score)
        record["anomalous"] = .bool(line.isAnomalous)
        record["overlayPath"] = .string("overlays/\(stem).png")
      } else {
        record["error"] = .string("it is no image")
      }
      return String(decoding: try JSON.encode(record, pretty: false), as: UTF8.self) + "\n"
    }
    try Fixtures.write(text.joined(), to: "\(folder)/predictions.jsonl")
    try AtomicFile.write(JSON.encode(JSONValue.object(metrics)), to: "\(folder)/metrics.json")
    try AtomicFile.write(JSON.encode(curves), to: "\(folder)/curves.json")
    let record = RunRecord(
      command: "evaluate", options: ["data": .string(data), "model": .string("cloth.blemish")])
    try AtomicFile.write(record.encoded(), to: "\(folder)/run.json")
  }

  /// Writes the results to folders named `a`, `b`, ... and compares them.
  package static func compare(_ results: [Results], in folder: String) throws -> Comparison {
    let folders = results.indices.map { "\(folder)/\(["a", "b", "c", "d"][$0])" }
    for (results, folder) in zip(results, folders) { try results.write(to: folder) }
    return try Comparison(folders: folders)
  }

  /// Two runs over three good and three torn images. Both separate them but for one; the second, whose scores have
  /// another scale, has a false alarm and a miss.
  package static var pair: [Results] {
    [
      Results(lines: [
        ("test/good/0.png", 1, false), ("test/good/1.png", 2, false), ("test/good/2.png", 3, false),
        ("test/torn/0.png", 9, true), ("test/torn/1.png", 8, true), ("test/torn/2.png", 2.5, false),
      ]),
      Results(lines: [
        ("test/good/0.png", 300, true), ("test/good/1.png", 100, false),
        ("test/good/2.png", 200, false), ("test/torn/0.png", 900, true),
        ("test/torn/1.png", 200, false), ("test/torn/2.png", 400, true),
      ]),
    ]
  }
}
