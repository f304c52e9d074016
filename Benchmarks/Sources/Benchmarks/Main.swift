import Foundation
import Torch

/// Prints one JSON object; `run.sh` sets it beside the Python figures of the same minute.
@main
enum Main {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    func option(_ name: String) -> String? {
      guard let index = arguments.firstIndex(of: "--" + name), index + 1 < arguments.endIndex else {
        return nil
      }
      return arguments[index + 1]
    }
    Machine.keepFreedMemory()
    if let threads = option("threads").flatMap(Int.init) { Machine.threads = threads }
    let result: Any
    switch arguments.first {
    case "operators": result = ["microseconds": OperatorOverhead.run()]
    case "uflow":
      let taps = (option("taps") ?? "4,8,16").split(separator: ",").compactMap { Int($0) }
      result = try UFlowEpoch.run(
        images: option("images").flatMap(Int.init) ?? 209, taps: taps,
        epochs: option("epochs").flatMap(Int.init) ?? 4)
    case "uflow-growth":
      let taps = (option("taps") ?? "4,8,16").split(separator: ",").compactMap { Int($0) }
      result = try UFlowEpoch.growth(
        taps: taps, epochs: option("epochs").flatMap(Int.init) ?? 4)
    case "uflow-memory":
      let taps = (option("taps") ?? "4,8,16").split(separator: ",").compactMap { Int($0) }
      result = try TrainingMemory.run(
        taps: taps, batchSize: option("batch").flatMap(Int.init) ?? 16)
    case "predict":
      result = [
        "milliseconds": try PredictionStages.run(
          model: option("model") ?? "", image: option("image") ?? "")
      ]
    case "network":
      let taps = (option("taps") ?? "4,8,16").split(separator: ",").compactMap { Int($0) }
      result = try NetworkCost.run(
        backbone: option("backbone") ?? "wide_resnet50_2", side: option("size").flatMap(Int.init),
        taps: taps, normalization: option("flow"), batch: option("batch").flatMap(Int.init) ?? 1,
        repeats: option("repeats").flatMap(Int.init) ?? 20)
    case "piade":
      result = try PIADEStep.run(
        variant: option("variant") ?? "compact", batch: option("batch").flatMap(Int.init),
        steps: option("steps").flatMap(Int.init) ?? 60)
    case "metrics": result = ["seconds": try PixelMetrics.run()]
    case "acontrario": result = try RegionTestCost.run()
    case "growth":
      result = try FitGrowth.run(
        detector: option("detector") ?? "anomalyhop", data: option("data") ?? "bottle")
    default:
      print(
        "usage: Benchmarks operators|uflow|uflow-growth|uflow-memory|predict|network|piade|metrics|acontrario|growth [--threads N] [--images N] ..."
      )
      exit(2)
    }
    let data = try JSONSerialization.data(
      withJSONObject: result, options: [.prettyPrinted, .sortedKeys])
    print(String(decoding: data, as: UTF8.self))
  }
}
