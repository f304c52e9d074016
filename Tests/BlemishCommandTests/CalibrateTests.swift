import Blemish
import Foundation
import Testing

/// A decision that is renewed, and the warning that asks for it.
@Suite struct CalibrateTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  private func write(_ count: Int, to folder: String, contrast: Double = 1) throws {
    for number in 0..<count {
      let image = Workshop.texture(seed: 100 + number)
      let pixels = image.samples(of: UInt8.self).map { level in
        UInt8(min(max(128 + (Double(level) - 128) * contrast, 0), 255))
      }
      try Workshop.write(
        Image(width: image.width, height: image.height, channels: 3, pixels: pixels),
        to: "\(folder)/\(number).png")
    }
  }

  private func manifest(_ model: String) throws -> [String: JSONValue] {
    try ModelBundle.describe(model).members
  }

  @Test func theDecisionIsRenewedInPlace() throws {
    try workshop.withFolder { folder in
      let model = "\(folder)/model"
      try FileManager.default.copyItem(atPath: workshop.model, toPath: model)
      try write(20, to: "\(folder)/monday")
      let outcome = try workshop.run(["calibrate", model + "/", "--good", "\(folder)/monday"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        outcome.text
          == "\(model): false alarms counted on 20 good images of monday, before on 12\n")
      let (before, after) = (try manifest(workshop.model), try manifest(model))
      #expect(after["tensorsSHA256"] == before["tensorsSHA256"])
      #expect(after["settings"] == before["settings"])
      #expect(after["calibration"] != before["calibration"])
      #expect(
        FileManager.default.contentsEqual(
          atPath: "\(model)/run.json", andPath: "\(workshop.model)/run.json"))
      let told = try workshop.run(["info", model]).text
      #expect(told.contains("provenance.calibration.dataset "))
      let former = try #require(
        told.split(separator: "\n").first { $0.hasPrefix("provenance.formerCalibrations.1 ") })
      #expect(former.contains("dataset data") && former.contains("images 12"))

      // Its record repeats it.
      let again = try workshop.run([
        "calibrate", "--config", "\(model)/calibration.json", "--out", "\(folder)/second", "--json",
      ])
      #expect(again.status == 0, "\(again.errors)")
      #expect(try manifest("\(folder)/second")["calibration"] == after["calibration"])
      #expect(again.text.contains("\"formerCalibrations\""))

      // Pictures of another contrast raise the warning, and it says what to do.
      try write(16, to: "\(folder)/tuesday", contrast: 0.6)
      let odd = try workshop.run([
        "predict", "--model", model, "\(folder)/tuesday", "--out", "\(folder)/judged",
      ])
      let warning = try #require(odd.complaints.first)
      #expect(odd.complaints.count == 1 && odd.status == 0)
      #expect(warning.contains("16 of 16 score"))
      #expect(warning.contains("`blemish calibrate \(model) --good DIR`"))
      let record = try JSONDecoder().decode(
        JSONValue.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/judged/run.json")))
      #expect(record.members["run"]?.members["shift"]?.members["found"] == .bool(true))
      // And it works.
      let renewed = try workshop.run(["calibrate", model, "--good", "\(folder)/tuesday"])
      #expect(renewed.status == 0 && renewed.errors.contains("a shift"), "\(renewed.errors)")
      try workshop.run([
        "predict", "--model", model, "\(folder)/tuesday", "--out", "\(folder)/judged",
      ]).expectSuccess()
    }
  }

  @Test func whatCannotBeCalibratedOnLeavesTheModelAlone() throws {
    try workshop.withFolder { folder in
      try write(3, to: "\(folder)/few")
      let before = try manifest(workshop.model)
      for (good, code, words) in [
        (workshop.data, 2, ["trained on", "has not seen"]),
        ("\(workshop.data)/train/good", 2, ["trained on"]),
        ("\(folder)/few", 1, ["3 good images", "4 at least", "add images"]),
        ("\(folder)/none", 2, ["none", "no such folder"]),
      ] as [(String, Int32, [String])] {
        try workshop.run(["calibrate", workshop.model, "--good", good])
          .expectFailure(code, naming: words)
      }
      try workshop.run(["calibrate", "\(folder)/few", "--good", "\(folder)/few"])
        .expectFailure(2, naming: ["few", "no manifest.json"])
      try workshop.run(["calibrate", workshop.model]).expectFailure(2, naming: ["--good"])
      try workshop.run([
        "calibrate", workshop.model, "--good", workshop.data, "--out", "\(folder)/few",
      ]).expectFailure(2, naming: ["something else stands there"])
      #expect(try manifest(workshop.model) == before)
    }
  }
}
