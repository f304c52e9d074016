import Blemish
import Foundation

/// How well promises of false alarms are kept by models of few good images and of many, over seeds; see `docs/promises.md`.
///
/// Every run is one line of a file as soon as it is done. What the file has is not run again.
enum Promises {
  static func run(_ given: Arguments) throws -> Any {
    guard let path = given["out"] else {
      throw Misuse(description: "promises needs --out FILE, which each run adds a line to")
    }
    let file = PromiseFile(path: path)
    let plan = try PromisePlan(given)
    if given.list("table") != nil {
      return PromiseTables(try file.rows().filter(plan.includes)).markdown
    }
    guard !plan.data.isEmpty else {
      throw Misuse(description: "promises needs --data DIR..., or --table for what is there")
    }
    return try run(plan, into: file)
  }

  private static func run(_ plan: PromisePlan, into file: PromiseFile) throws -> [String: Any] {
    var (finished, failed, found) = (0, 0, 0)
    let sets = try plan.data.map { try Dataset.open($0, home: Home.standard.path) }
    let names = sets.map(\.name)
    guard Set(names).count == names.count else {
      throw Misuse(description: "--data names sets that are called alike: \(names)")
    }
    var done = try file.finished()
    let total = sets.reduce(0) { $0 + plan.conditions(of: $1).count }
    for dataset in sets {
      try require(dataset)
      let images = TestImages(dataset.test)
      for conditions in plan.conditions(of: dataset) {
        // Another process may have added it by now.
        if !done.contains(conditions) { done = try file.finished() }
        if done.contains(conditions) {
          found += 1
          continue
        }
        let row = try PromiseRun(dataset: dataset, images: images, conditions: conditions).run()
        try file.append(row)
        if row.found == nil { failed += 1 } else { finished += 1 }
        tell("\(finished + failed + found) of \(total): \(row.summary)")
      }
    }
    return ["runs": total, "finished": finished, "failed": failed, "found": found]
  }

  private static func require(_ dataset: Dataset) throws {
    guard !dataset.training.isEmpty, dataset.test.contains(where: { $0.isDefective == false })
    else {
      throw InspectionError(
        dataset.name, found: "no good images to learn from, or none to judge",
        remedy: "give a folder with train/good, test/good and test/<defect>")
    }
  }

  static func tell(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}
