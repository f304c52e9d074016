import Datasets
import Fixtures
import Foundation
import Inspection
import Testing

@Suite struct DatasetTests {
  /// Names alone are looked at, so the files may be empty.
  private static func touch(_ names: [String], in folder: String) throws {
    for name in names { try write("", to: "\(folder)/\(name)") }
  }

  @Test func readsMVTecLayout() throws {
    try withTemporaryFolder { folder in
      let bottle = "\(folder)/bottle"
      try Self.touch(
        [
          "train/good/001.png", "train/good/000.PNG", "train/good/.hidden.png",
          "train/good/notes.txt", "test/good/000.jpg", "test/dent/000.png", "test/dent/001.png",
          "test/crack/a/0.tiff", "test/.trash/000.png", "ground_truth/dent/000_mask.png",
          "ground_truth/crack/a/0.png", "ground_truth/good/000_mask.png",
        ], in: bottle)
      let dataset = try Dataset.open(bottle, home: folder)
      #expect(dataset.name == "bottle")
      #expect(
        dataset.training
          == ["000.PNG", "001.png"].map {
            Sample(path: "\(bottle)/train/good/\($0)", name: "train/good/\($0)", label: .good)
          })
      #expect(
        dataset.test.map(\.name) == [
          "test/crack/a/0.tiff", "test/dent/000.png", "test/dent/001.png", "test/good/000.jpg",
        ])
      #expect(dataset.test.map(\.kind) == ["crack", "dent", "dent", "good"])
      #expect(dataset.test.map(\.isDefective) == [true, true, true, false])
      #expect(
        dataset.test.map(\.maskPaths) == [
          ["\(bottle)/ground_truth/crack/a/0.png"], ["\(bottle)/ground_truth/dent/000_mask.png"],
          [],
          [],
        ])
      #expect(dataset.hasMasks)
    }
  }

  @Test func readsMVTecLayoutWithoutTestImages() throws {
    try withTemporaryFolder { folder in
      try Self.touch(["train/good/0.png"], in: folder)
      let dataset = try Dataset.open(folder + "/", home: folder)
      #expect(dataset.name == URL(fileURLWithPath: folder).lastPathComponent)
      #expect(dataset.training.count == 1)
      #expect(dataset.test.isEmpty)
      #expect(!dataset.hasMasks)
    }
  }

  @Test func readsAPlainFolder() throws {
    try withTemporaryFolder { folder in
      try Self.touch(
        ["b.jpg", "a.webp", "deep/er/c.bmp", ".hidden/d.png", "e.txt", "f"], in: "\(folder)/set")
      let dataset = try Dataset.open("\(folder)/set", home: folder)
      #expect(dataset.name == "set")
      #expect(dataset.training.map(\.name) == ["a.webp", "b.jpg", "deep/er/c.bmp"])
      #expect(dataset.training.allSatisfy { $0.label == .good && $0.maskPaths.isEmpty })
      #expect(dataset.test.isEmpty)
    }
  }

  @Test(arguments: ["mono", "poly"])
  func readsELPV(_ cells: String) throws {
    try withTemporaryFolder { home in
      var lines: [String] = []
      for (type, sound) in [("mono", 20), ("poly", 10)] {
        for index in 0..<sound { lines.append("images/\(type)-s\(index).png  0.0   \(type)") }
        lines.append("images/\(type)-d.png  1.0   \(type)")
        lines.append("images/\(type)-u.png  0.3333333333333333   \(type)")
        lines.append("images/\(type)-v.png  0.6666666666666666   \(type)")
      }
      try write(lines.joined(separator: "\n") + "\n", to: "\(home)/data/elpv/labels.csv")
      let dataset = try Dataset.open("elpv:\(cells)", home: home)
      let sound = cells == "mono" ? 20 : 10
      #expect(dataset.name == "elpv:\(cells)")
      #expect(dataset.training.count == sound * 8 / 10)
      #expect(dataset.test.map(\.isDefective) == Array(repeating: false, count: sound / 5) + [true])
      let names = Set((dataset.training + dataset.test.dropLast()).map(\.name))
      #expect(names == Set((0..<sound).map { "images/\(cells)-s\($0).png" }))
      #expect(dataset.test.last?.path == "\(home)/data/elpv/images/\(cells)-d.png")
      #expect(!dataset.hasMasks)
      // The draw has a seed of its own.
      #expect(try Dataset.open("elpv:\(cells)", home: home).training == dataset.training)
    }
  }

  struct BadLocation: Sendable, CustomTestStringConvertible {
    let location: String
    var files: [String: String] = [:]
    let subject: String
    let found: String
    let remedy: String
    var isUsage = false
    var testDescription: String { "\(location): \(found)" }
  }

  /// `~` stands for the temporary folder, which is the home too.
  @Test(arguments: [
    BadLocation(
      location: "~/none", subject: "~/none", found: "there is no such folder",
      remedy: "give a folder of images", isUsage: true),
    BadLocation(
      location: "~/file.png", files: ["file.png": ""], subject: "~/file.png",
      found: "a file, not a folder", remedy: "give a folder of images", isUsage: true),
    BadLocation(
      location: "~/set", files: ["set/notes.txt": ""], subject: "~/set",
      found: "no images in it", remedy: "train/good"),
    BadLocation(
      location: "~/set", files: ["set/train/0.png": ""], subject: "~/set",
      found: "train/ without train/good", remedy: "put the good images into ~/set/train/good"),
    BadLocation(
      location: "~/set", files: ["set/train/good/.0.png": ""], subject: "~/set/train/good",
      found: "no images in it", remedy: "put the good images there"),
    BadLocation(
      location: "elpv:xyz", subject: "elpv:xyz", found: "no such part of the data set",
      remedy: "use elpv:mono or elpv:poly", isUsage: true),
    BadLocation(
      location: "elpv:mono", subject: "~/data/elpv/labels.csv", found: "there is no such file",
      remedy: "make data-elpv"),
    BadLocation(
      location: "elpv:mono",
      files: ["data/elpv/labels.csv": "images/0.png 0.0 mono\nimages/1.png mono\n"],
      subject: "~/data/elpv/labels.csv", found: "line 2 is not `image probability type`",
      remedy: "remove the folder"),
    BadLocation(
      location: "elpv:mono", files: ["data/elpv/labels.csv": "images/0.png good mono\n"],
      subject: "~/data/elpv/labels.csv", found: "line 1 is not `image probability type`",
      remedy: "remove the folder"),
  ])
  func refuses(_ bad: BadLocation) throws {
    try withTemporaryFolder { folder in
      let full = { (text: String) in text.replacing("~", with: folder) }
      for (name, text) in bad.files { try write(text, to: "\(folder)/\(name)") }
      let error = try #require(
        #expect(throws: InspectionError.self) {
          try Dataset.open(full(bad.location), home: folder)
        })
      #expect(error.subject == full(bad.subject))
      #expect(error.found == bad.found)
      #expect(error.remedy.contains(full(bad.remedy)))
      #expect(error.isUsage == bad.isUsage)
      #expect(!error.description.contains("\n"))
    }
  }

  @Test func emptyFoldersAreNamed() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: InspectionError.self) { try Dataset.open(folder, home: folder) }
      #expect(error?.found == "no images in it")
      #expect(error?.isUsage == false)
    }
  }

  @Test func trainingHashTellsDataApart() throws {
    try withTemporaryFolder { folder in
      func hash(_ files: [String: String], _ name: String) throws -> String {
        for (file, text) in files { try write(text, to: "\(folder)/\(name)/\(file)") }
        return try Dataset.open("\(folder)/\(name)", home: folder).trainingHash()
      }
      let first = try hash(["a.png": "1", "b.png": "2"], "first")
      #expect(first.count == 64)
      #expect(try hash(["a.png": "1", "b.png": "2"], "same") == first)
      #expect(try hash(["a.png": "1", "b.png": "3"], "content") != first)
      #expect(try hash(["a.png": "1", "c.png": "2"], "name") != first)
      #expect(try hash(["a.png": "2", "b.png": "1"], "swapped") != first)
    }
  }
}
