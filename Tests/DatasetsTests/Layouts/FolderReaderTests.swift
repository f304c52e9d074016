import Datasets
import Fixtures
import Foundation
import Inspection
import Testing

/// What a plain folder may hold to be learnt from: names alone tell, so the files are empty.
@Suite struct FolderReaderTests {
  struct Tree: Sendable, CustomTestStringConvertible {
    let files: [String]
    /// Words of the error, or of the remark on what was taken.
    let words: [String]
    var testDescription: String { files.joined(separator: " ") }
  }

  private static func open(_ tree: Tree, _ registry: DatasetRegistry = .standard) throws -> Dataset
  {
    try withTemporaryFolder { folder in
      for name in tree.files { try write("", to: "\(folder)/set/\(name)") }
      return try Dataset.open("\(folder)/set", home: folder, registry: registry)
    }
  }

  @Test(arguments: [
    Tree(
      files: ["good/0.png", "crack/0.png", "mask/crack/0.png"],
      words: [
        "2 of 3 images", "crack/ (1): defects", "mask/ (1): masks", "set/good", "--all",
      ]),
    Tree(files: ["good/0.png", "hole/0.png"], words: ["good with hole beside it", "set/good"]),
    Tree(files: ["a/OK/0.png", "a/extra/0.png"], words: ["OK with extra", "set/a/OK"]),
    Tree(
      files: ["Data/Images/Normal/0.JPG", "Data/Images/Anomaly/0.JPG", "Data/Masks/Anomaly/0.png"],
      words: ["2 of 3", "Data/Images/Anomaly/ (1): defects", "set/Data/Images/Normal"]),
    Tree(
      files: ["kos01/Part0.jpg", "kos01/Part0_label.bmp", "kos02/Part1_label.bmp"],
      words: ["2 of 3", "kos01/Part0_label.bmp and 1 more: masks"]),
    Tree(
      files: ["bottle/train/good/0.png", "bottle/test/bad/0.png", "cable/train/good/0.png"],
      words: ["2 data sets (bottle, cable)", "set/bottle"]),
    Tree(files: ["a/train/ok/0.png", "b/train/ok/0.png"], words: ["2 data sets"]),
    Tree(files: ["a/train/0.png", "b/train/0.png"], words: ["2 data sets (a, b)"]),
    Tree(files: ["set\\train\\good\\0.png"], words: ["1 of 1 images have a backslash", "7z x"]),
    Tree(files: ["0.png", "ＮＧ/0.png"], words: [": defects"]),
    Tree(files: ["0.png", "불량/0.png"], words: [": defects"]),
    Tree(files: ["0.png", "划痕/0.png"], words: [": defects"]),
    Tree(files: ["0.png", "дефект/0.png"], words: [": defects"]),
    Tree(files: ["0.png", "测试/0.png"], words: [": tests"]),
    Tree(files: ["0.png", "GroundTruth/0.png"], words: ["GroundTruth/ (1): masks"]),
    Tree(files: ["0.png", "ground-truth/0.png"], words: [": masks"]),
    Tree(files: ["0.png", "NG/0.png"], words: ["NG/ (1): defects"]),
    Tree(files: ["0.png", "not_good/0.png"], words: ["not_good/"]),
    Tree(files: ["0.png", "deep/Not OK/0.png"], words: ["deep/Not OK/"]),
    Tree(files: ["0.png", "ko1/0.png"], words: ["ko1/"]),
    Tree(files: ["0.png", "n.OK", "BadParts/0.png"], words: ["BadParts/"]),
    Tree(files: ["0.png", "test-2024/0.png"], words: [": tests"]),
    Tree(files: ["0.png", "bad_001.png"], words: ["bad_001.png: defects"]),
    Tree(files: ["001.png", "001_mask.png"], words: ["001_mask.png: masks"]),
    Tree(files: ["001.png", "001-GT.png"], words: ["001-GT.png"]),
    Tree(files: ["001.png", "mask_001.png"], words: ["mask_001.png"]),
    Tree(files: ["001.png", "Anomalous/1.png"], words: ["Anomalous/"]),
    Tree(files: ["001.png", "不良/1.png"], words: ["不良/"]),
    Tree(files: ["001.png", "de\u{301}faut/1.png"], words: [": defects"]),
  ])
  func isRefused(_ tree: Tree) throws {
    let error = try #require(#expect(throws: InspectionError.self) { try Self.open(tree) })
    for word in tree.words { #expect(error.description.contains(word), "\(error)") }
    #expect(error.remedy.contains("give"))
    // A person may know better.
    let all = try Self.open(tree, .takingAll)
    #expect(all.training.count == tree.files.count { !$0.hasSuffix(".OK") })
  }

  @Test(arguments: [
    Tree(files: ["0.png", "1.png"], words: ["2 images taken as good"]),
    // Digits of identifiers are no words.
    Tree(
      files: ["EB87AB29-55D9-4CEB-BAD6-2621C14B287F/0.png", "9e0bad07f2c981d4.png"],
      words: ["2 images taken as good"]),
    Tree(files: ["good/0.png", "good/1.png"], words: ["2 images taken as good (good 2)"]),
    Tree(files: ["good/0.png", "ok/1.png"], words: ["(good 1, ok 1)"]),
    Tree(
      files: ["a/0.png", "b/0.png", "b/1.png", "2.png"], words: ["4 images", "(loose 1, a 1, b 2)"]),
    Tree(files: ["Kodak/0.png", "kongress.png", "song.png"], words: ["3 images"]),
    Tree(files: ["latest/0.png", "contest_1.png"], words: ["2 images"]),
    Tree(files: ["badge/0.png", "unlabeled_1.png", "labeling.png"], words: ["3 images"]),
    Tree(files: ["defect-free/0.png"], words: ["1 image taken"]),
    Tree(files: ["NoDefects/0.png", "normal/1.png"], words: ["2 images"]),
  ])
  func isTaken(_ tree: Tree) throws {
    let dataset = try Self.open(tree)
    #expect(dataset.training.count == tree.files.count)
    let fact = try #require(dataset.remarks.first)
    #expect(fact.severity == .fact && fact.part == .training)
    for word in tree.words { #expect(fact.text.contains(word), "\(fact.text)") }
  }

  @Test func aFolderCalledAfterDefectsIsTakenAndTold() throws {
    try withTemporaryFolder { folder in
      try write("", to: "\(folder)/scratched/0.png")
      let dataset = try Dataset.open("\(folder)/scratched", home: folder)
      #expect(dataset.remarks.last?.severity == .doubt)
      #expect(dataset.remarks.last?.text.contains("defects, by its name") == true)
    }
  }

  @Test func filesWithoutAnEndingAreNamedWhereNothingElseIsThere() throws {
    let error = #expect(throws: InspectionError.self) {
      try Self.open(Tree(files: ["000", "001"], words: []))
    }
    #expect(error?.found == "no images in it but 2 without an ending (000, 001)")
  }

  @Test func formatsThatAreNotReadAreNamedWhereNothingElseIsThere() throws {
    let error = #expect(throws: InspectionError.self) {
      try Self.open(Tree(files: ["a.ppm", "b.ppm", "c.gif"], words: []))
    }
    #expect(error?.found == "no images in it but 3 in formats that are not read (gif 1, ppm 2)")
    #expect(error?.remedy == "convert them to PNG, JPEG, TIFF, WebP or BMP")
  }
}
