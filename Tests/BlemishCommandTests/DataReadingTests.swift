import Blemish
import Foundation
import Testing

/// What the command says of the data that it is given.
@Suite struct DataReadingTests {
  let workshop: Workshop
  private static let quick = ["--detector", "gaussian", "--image-size", "64"]

  init() throws { workshop = try Workshop.shared.get() }

  private func write(_ count: Int, from seed: Int = 0, to folder: String) throws {
    for number in 0..<count {
      try Workshop.write(
        Workshop.texture(seed: seed + number), to: "\(folder)/\(number).png")
    }
  }

  private func train(_ data: String, _ folder: String, _ more: [String] = []) throws
    -> CommandOutcome
  {
    try workshop.run(
      ["train", "--data", data, "--out", "\(folder)/model"] + Self.quick + more)
  }

  @Test func namesThatSpeakOfDefects() throws {
    try workshop.withFolder { folder in
      try write(10, to: "\(folder)/set/good")
      try write(2, from: 50, to: "\(folder)/set/scratch")
      try train("\(folder)/set", folder).expectFailure(
        1, naming: ["\(folder)/set", "scratch/ (2): defects", "\(folder)/set/good", "--all"])
      let outcome = try train("\(folder)/set", folder, ["--all"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("12 images taken as good (good 10, scratch 2)"))
      #expect(outcome.text.contains("fitted on 12 good images"))
    }
  }

  @Test func copiesAreTold() throws {
    try workshop.withFolder { folder in
      try write(9, to: "\(folder)/set")
      for copy in 0..<3 {
        try FileManager.default.copyItem(
          atPath: "\(folder)/set/1.png", toPath: "\(folder)/set/copy\(copy).png")
      }
      let outcome = try train("\(folder)/set", folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        outcome.complaints.contains {
          $0.hasPrefix("warning: 3 training images are copies of others")
        })
      try FileManager.default.removeItem(atPath: "\(folder)/set")
      for copy in 0..<12 {
        try Workshop.write(Workshop.texture(seed: 1), to: "\(folder)/set/\(copy).png")
      }
      let equal = try train("\(folder)/set", folder)
      #expect(equal.status == 1)
      for word in ["12 good images, 1 of them distinct", "at least 8"] {
        #expect(equal.lines.last?.contains(word) == true, "\(equal.errors)")
      }
    }
  }

  /// A model of 12-bit images judges 12-bit images, and draws them so that they can be seen.
  @Test(arguments: [nil, "0:4095"]) func levelsOfACamera(_ levels: String?) throws {
    try workshop.withFolder { folder in
      for number in 0..<10 {
        let gray = Workshop.texture(seed: number).gray().samples(of: UInt8.self)
        let deep = Image(
          width: Workshop.side, height: Workshop.side, channels: 1,
          pixels: gray.map { UInt16($0) * 16 })
        try Workshop.write(deep, to: "\(folder)/set/\(number).png")
      }
      let outcome = try train("\(folder)/set", folder, levels.map { ["--levels", $0] } ?? [])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("levels 0 to 4095 of its 16-bit images"))
      let results = "\(folder)/results"
      let predicted = try workshop.run([
        "predict", "--model", "\(folder)/model", "--out", results, "\(folder)/set/0.png",
      ])
      #expect(predicted.status == 0, "\(predicted.errors)")
      let drawn = try Image(contentsOf: "\(results)/overlays/0.png").gray().samples(of: UInt8.self)
      #expect(drawn.reduce(0) { $0 + Int($1) } / drawn.count > 60)
    }
  }

  @Test(arguments: ["5", "9:1", "a:b", "nan:1", "0:inf"]) func levelsThatAreNone(_ levels: String)
    throws
  {
    try workshop.withFolder { folder in
      try train(workshop.data, folder, ["--levels", levels])
        .expectFailure(2, naming: ["--levels"])
    }
  }

  @Test func evaluatesWithoutTraining() throws {
    try workshop.withFolder { folder in
      for part in ["test", "ground_truth"] {
        try FileManager.default.copyItem(
          atPath: "\(workshop.data)/\(part)", toPath: "\(folder)/set/\(part)".asNewFile())
      }
      try workshop.run([
        "evaluate", "--model", workshop.model, "--data", "\(folder)/set", "--out",
        "\(folder)/results",
      ]).expectSuccess()
      try train("\(folder)/set", folder).expectFailure(1, naming: ["\(folder)/set", "train/good"])
    }
  }

  @Test func ownResultsAreNotJudged() throws {
    try workshop.withFolder { folder in
      try write(2, to: folder)
      for _ in 0..<2 {
        let outcome = try workshop.run([
          "predict", "--model", workshop.model, folder, "--out", folder,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.text.contains("of 2 images are anomalous"))
      }
    }
  }
}

extension String {
  /// The path, whose folder is made.
  fileprivate func asNewFile() throws -> String {
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: self).deletingLastPathComponent(),
      withIntermediateDirectories: true)
    return self
  }
}
