import Datasets
import Fixtures
import Foundation
import Inspection
import Testing

/// MVTec AD's layout and its kin; names alone are looked at, so the files are empty.
@Suite struct MVTecReaderTests {
  private static func open(_ files: [String]) throws -> Dataset {
    try withTemporaryFolder { folder in
      for name in files { try write("", to: "\(folder)/set/\(name)") }
      return try Dataset.open("\(folder)/set", home: folder)
    }
  }

  private static func doubts(_ dataset: Dataset, _ part: Remark.Part) -> [String] {
    dataset.remarks.filter { $0.severity == .doubt && $0.part == part }.map(\.text)
  }

  @Test(arguments: [
    ("good", true), ("Good", true), ("OK", true), ("ok", true), ("normal", true), ("Normal", true),
    ("defect-free", true), ("ko", false), ("bad", false), ("not_good", false), ("good_2", false),
    ("crack", false), ("ng", false), ("ＯＫ", true), ("良品", true), ("정상", true), ("bueno", true),
    ("годные", true), ("不良品", false), ("ＮＧ", false), ("брак", false),
  ])
  func labels(_ kind: String, _ isGood: Bool) throws {
    let dataset = try Self.open(["train/good/0.png", "test/\(kind)/0.png"])
    #expect(dataset.test.map(\.isDefective) == [!isGood])
    #expect(dataset.test.map(\.kind) == [isGood ? "good" : kind])
    let told = dataset.remarks.contains { $0.text.hasSuffix("test/\(kind): counts as good") }
    #expect(told == (isGood && kind != "good"))
    #expect(Self.doubts(dataset, .test).isEmpty == (kind != "good_2"))
  }

  @Test(
    arguments: [
      ("000.png", ["000_mask.png"]), ("000.png", ["000.png"]), ("000.PNG", ["000_mask.PNG"]),
      ("000.JPG", ["000.PNG"]), ("000.png", ["000_mask.bmp"]), ("000.png", ["000_label.tif"]),
      ("000.png", ["000_gt.jpg"]), ("000.png", ["000-GT.png"]), ("000.png", ["mask_000.png"]),
      ("000.png", ["000_mask_1.png", "000_mask_2.png"]), ("000.png", ["000_1.png", "000_2.png"]),
      ("000.png", ["000/000.png", "000/001.png"]), ("000.png", ["000.png/0.png"]),
      ("000.jpg", ["000.jpg.png"]),
      ("Teil A.png", ["teil a_Mask.png"]), ("000.png", ["000_ground_truth.png"]),
      ("\u{FC}.png", ["u\u{308}_mask.png"]), ("u\u{308}.png", ["\u{FC}.png"]),
      ("a/b/0.png", ["a/b/0_mask.png"]), ("000.png", ["000_segmentation.png"]),
      ("000.png", ["000 (mask).png"]), ("000.png", ["000_binary_mask.png"]),
    ] as [(String, [String])])
  func masks(_ image: String, _ masks: [String]) throws {
    let dataset = try Self.open(
      ["test/cut/\(image)", "test/cut/other.png"] + masks.map { "ground_truth/cut/\($0)" })
    let sample = try #require(dataset.test.first { $0.name == "test/cut/\(image)" })
    #expect(
      sample.maskPaths.map { String($0.split(separator: "/ground_truth/cut/", maxSplits: 1).last!) }
        == masks)
    #expect(dataset.hasMasks)
    let doubts = Self.doubts(dataset, .test)
    #expect(doubts.count == 1)
    #expect(
      doubts.first?.contains("1 of 2 defective images have no mask (test/cut/other.png)") == true)
  }

  @Test(arguments: ["ground_truth", "GroundTruth", "masks", "Label", "labels", "gt", "annotations"])
  func foldersOfMasks(_ name: String) throws {
    let beside = try Self.open(["test/cut/0.png", "\(name)/cut/0.png"])
    let inside = try Self.open(["test/cut/0.png", "test/\(name)/0_label.png"])
    for dataset in [beside, inside] {
      #expect(dataset.test.map(\.name) == ["test/cut/0.png"])
      #expect(dataset.test.map(\.maskPaths.count) == [1])
      #expect(dataset.remarks.isEmpty)
    }
  }

  @Test func masksOfAllKindsInOneFolder() throws {
    let dataset = try Self.open([
      "test/cut/1.png", "test/hole/2.png", "test/good/3.png", "test/good/1.png", "masks/1.png",
      "masks/2.png",
      "masks/3.png",
    ])
    #expect(dataset.test.map(\.maskPaths.count) == [1, 0, 0, 1])
    #expect(Self.doubts(dataset, .test).isEmpty)
    let shared = try Self.open(["test/cut/1.png", "test/hole/1.png", "masks/1.png"])
    #expect(
      Self.doubts(shared, .test).first?.contains("belongs to several kinds of defect") == true)
  }

  /// KolektorSDD2 has them so.
  @Test func masksBesideTheirImages() throws {
    let dataset = try Self.open([
      "train/good/1.png", "train/good/1_GT.png", "train/good/label_2.png", "test/cut/3.png",
      "test/cut/3_GT.png", "test/good/4.png", "test/good/4_GT.png",
    ])
    #expect(dataset.training.map(\.name) == ["train/good/1.png", "train/good/label_2.png"])
    #expect(Self.doubts(dataset, .training).first?.contains("1 images left out") == true)
    #expect(dataset.test.map(\.name) == ["test/cut/3.png", "test/good/4.png"])
    #expect(dataset.test.map(\.maskPaths.count) == [1, 0])
  }

  @Test func whatIsNotGoodBelowTheGoodImagesIsLeftOut() throws {
    let dataset = try Self.open([
      "train/good/0.png", "train/good/front/1.png", "train/good/defects/2.png", "test/good/3.png",
    ])
    #expect(dataset.training.count == 2)
    let doubt = try #require(Self.doubts(dataset, .training).first)
    #expect(doubt.contains("1 images left out") && doubt.contains("(defects/2.png)"))
  }

  @Test func linksIntoOtherPartsAreLeftOut() throws {
    try withTemporaryFolder { folder in
      for name in ["train/good/0.png", "test/cut/1.png", "ground_truth/cut/1.png"] {
        try write("", to: "\(folder)/\(name)")
      }
      for (link, target) in [
        ("train/good/file.png", "../../test/cut/1.png"),
        ("train/good/up", "../.."), ("train/good/more", "../../test"), ("test/all", ".."),
        ("test/again", "cut"), ("test/cut/masks of it", "../../ground_truth"),
      ] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(folder)/\(link)", withDestinationPath: target)
      }
      let dataset = try Dataset.open(folder, home: folder)
      #expect(dataset.training.map(\.name) == ["train/good/0.png"])
      #expect(dataset.test.map(\.name) == ["test/cut/1.png"])
      #expect(Self.doubts(dataset, .training).contains { $0.contains("3 links lead") })
      let doubts = Self.doubts(dataset, .test)
      #expect(doubts.contains { $0.contains("again, all lead to what is read already") })
      #expect(doubts.contains { $0.contains("(masks of it)") })
    }
  }

  @Test func lookingForFoldersInVainIsToldOfBoth() throws {
    let error = #expect(throws: InspectionError.self) {
      try Self.open(["train/1.png", "train/1_GT.png", "test/2.png"])
    }
    #expect(
      error?.found == "train/ without train/good, and no images in folders of test/")
    #expect(error?.remedy.contains("test/<defect>") == true)
  }

  @Test func masksOfAnotherImageAreNotTaken() throws {
    let dataset = try Self.open([
      "test/cut/00.png", "test/cut/00_1.png", "test/cut/A.png", "test/cut/a.png",
      "ground_truth/cut/00_1.png", "ground_truth/cut/A_mask.png", "ground_truth/cut/a_mask.png",
      "ground_truth/cut/99_mask.png", "ground_truth/good/1_mask.png",
    ])
    let masks = dataset.test.map { sample in
      sample.maskPaths.map { URL(fileURLWithPath: $0).lastPathComponent }
    }
    #expect(masks == [[], ["00_1.png"], ["A_mask.png"], ["a_mask.png"]])
    let doubts = Self.doubts(dataset, .test)
    #expect(doubts.contains { $0.contains("1 mask belongs to no image") && $0.contains("99_mask") })
  }

  @Test func kindsAreFoundInWhateverCase() throws {
    let dataset = try Self.open([
      "Train/Good/0.png", "Test/Cut/0.png", "Test/OK/0.png", "Ground_Truth/cut/0_mask.png",
    ])
    #expect(dataset.training.map(\.name) == ["Train/Good/0.png"])
    #expect(dataset.test.map(\.maskPaths.count) == [1, 0])
  }

  @Test func masksInsideTheTestFolder() throws {
    let dataset = try Self.open([
      "train/good/0.png", "validation/good/0.png", "test_public/good/0.png",
      "test_public/bad/0.png", "test_public/ground_truth/bad/0_mask.png", "test_private/0.png",
    ])
    #expect(dataset.test.map(\.name) == ["test_public/bad/0.png", "test_public/good/0.png"])
    #expect(dataset.test.map(\.maskPaths.count) == [1, 0])
    #expect(
      dataset.remarks.contains {
        $0.text.contains("left out: test_private (1 images), validation (1 images)")
      })
  }

  @Test func withoutTrainingThereIsSomethingToJudge() throws {
    for missing in [["test/good/0.png"], ["test/good/0.png", "train/ok/0.png"]] {
      let dataset = try Self.open(missing)
      #expect(dataset.test.count == 1)
      #expect(dataset.training.isEmpty)
      let error = #expect(throws: InspectionError.self) { try dataset.requireTraining() }
      #expect(error?.description.contains("train/good") == true)
    }
    let error = #expect(throws: InspectionError.self) {
      try Self.open(["train/ok/0.png"])
    }
    #expect(error?.found == "train/ without train/good")
    #expect(error?.remedy.hasPrefix("rename ") == true)
  }

  /// MVTec 3D-AD has folders of its own for pictures, coordinates and masks.
  @Test func masksAmongTheImages() throws {
    let dataset = try Self.open([
      "train/good/rgb/0.png", "train/good/xyz/0.tiff", "test/cut/rgb/0.png", "test/cut/gt/0.png",
      "test/good/rgb/1.png",
    ])
    #expect(dataset.training.count == 2)
    #expect(dataset.remarks.contains { $0.text.contains("(rgb 1, xyz 1)") })
    #expect(dataset.test.map(\.name) == ["test/cut/rgb/0.png", "test/good/rgb/1.png"])
    #expect(Self.doubts(dataset, .test).first?.contains("1 images left out that are masks") == true)
  }

  @Test func whatIsLeftOutIsTold() throws {
    let dataset = try Self.open([
      "train/good/0.png", "train/bad/0.png", "train/1.png", "test/2.png", "test/good/3.png",
      "test/good/4.gif",
    ])
    #expect(dataset.training.count == 1 && dataset.test.count == 1)
    #expect(
      Self.doubts(dataset, .training).first?.contains("2 images beside good left out") == true)
    let doubts = Self.doubts(dataset, .test)
    #expect(doubts.contains { $0.contains("gif 1") })
    #expect(doubts.contains { $0.contains("1 images lie loose") && $0.contains("test/good") })
  }
}
