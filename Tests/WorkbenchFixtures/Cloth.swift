import Backbones
import Datasets
import Detectors
import Fixtures
import Foundation
import Inspection
import Torch
import Workbench

/// A U-Flow that has learnt sound cloth, and data sets to hold it against.
package enum Cloth {
  package static let weave = Weave(width: 72, height: 60)
  package static let flaw = Weave.Flaw(columns: 24..<44, rows: 20..<40)

  /// Small enough to be fitted in a moment.
  package static var detector: UFlow {
    var settings = UFlow()
    settings.taps = [4, 8]
    settings.flowSteps = 2
    settings.epochs = 4
    settings.batchSize = 4
    return settings
  }

  /// Writes weights where a home has them: random ones, so that nothing needs to be fetched.
  package static func writeWeights(home: String) throws {
    let architecture = BackboneRegistry.standard.architectures[0]
    let generator = Generator(seed: 1)
    var tensors: [String: Tensor] = [:]
    for (name, shape) in architecture.parameterShapes.sorted(by: { $0.key < $1.key }) {
      if shape.count > 1 {
        let fanIn = Double(shape.dropFirst().reduce(1, *))
        tensors[name] = .normal(shape, generator: generator) * (2 / fanIn).squareRoot()
      } else {
        let isFactor = name.hasSuffix("weight") || name.hasSuffix("running_var")
        tensors[name] = .full(shape, isFactor ? 1 : 0)
      }
    }
    let path = "\(home)/weights/\(architecture.id).safetensors"
    try makeFolder(of: path)
    try SafeTensors.write(tensors, to: path)
  }

  package static func train(
    in folder: String, images: Int = 16, calibration: CalibrationSource = .automatic,
    report: @escaping (WorkProgress) throws -> Void = { _ in }
  ) throws -> Model {
    try writeWeights(home: folder)
    try weave.write(0..<images, to: "\(folder)/cloth")
    var run = TrainingRun(
      dataset: try Dataset.open("\(folder)/cloth", home: folder), detector: detector)
    (run.height, run.width) = (64, 64)
    run.backbones = BackboneStore(home: Home(path: folder))
    run.calibration = calibration
    return try run.run(report: report)
  }

  /// Made once for all tests.
  private static let trained = Result { try withTemporaryFolder { try train(in: $0) } }
  package static func model() throws -> Model { try trained.get() }

  /// A data set in MVTec layout with sound and torn cloth.
  package static func dataset(in folder: String, good: Int = 4, torn: Int = 4, masks: Bool = true)
    throws
    -> Dataset
  {
    try weave.writeDataset(
      to: folder, training: 1, good: good, torn: torn, flaw: flaw, masks: masks)
    return try Dataset.open(folder, home: folder)
  }

  /// The lines of `predictions.jsonl`.
  package static func predictions(in folder: String) throws -> [[String: JSONValue]] {
    let text = try String(contentsOfFile: "\(folder)/predictions.jsonl", encoding: .utf8)
    precondition(text.isEmpty || text.hasSuffix("\n"), "the last line is whole")
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)).members
    }
  }
}
