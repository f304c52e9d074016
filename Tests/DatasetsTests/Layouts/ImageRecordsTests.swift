import Backbones
import Datasets
import Fixtures
import Foundation
import Imaging
import Inspection
import Testing
import Torch

@Suite struct ImageRecordsTests {
  /// `LabeledFiles.images(3)` as `gzip -9` (1.12) wrote it, its name and time left out.
  private static let compressed =
    "H4sIAAAAAAACA2Ng4GBmYGAAYSYwzcjEzMLKCCaZwCQANzAhJCIAAAA="

  @Test func imagesAreAsInTheFile() throws {
    try withTemporaryFolder { folder in
      try LabeledFiles.write(LabeledFiles.images(4), to: "\(folder)/images")
      let records = try ImageRecords("\(folder)/images")
      #expect(records.count == 4 && records.width == 3 && records.height == 2)
      #expect(records.labels == nil)
      let image = try records.image(3)
      #expect(image.width == 3 && image.height == 2 && image.channels == 1)
      #expect(image.withUnsafeBytes { Array($0) } == [3, 1, 2, 3, 4, 5])
    }
  }

  @Test func colorsOfABatchAreInterleaved() throws {
    try withTemporaryFolder { folder in
      try LabeledFiles.write(LabeledFiles.batch([7, 0, 9]), to: "\(folder)/batch.bin")
      let records = try ImageRecords("\(folder)/batch.bin")
      #expect(records.count == 3 && records.width == 32 && records.height == 32)
      #expect(records.labels == [7, 0, 9])
      let levels = try records.image(2).withUnsafeBytes { Array($0) }
      #expect(levels.count == 3072)
      #expect(levels == (0..<1024).flatMap { _ in [2, 100, 200] as [UInt8] })
    }
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let found: String
  }

  @Test(arguments: [
    Damage(
      testDescription: "cut short", bytes: LabeledFiles.images(4).dropLast(),
      found: "23 elements where its header tells of 24"),
    Damage(testDescription: "header alone", bytes: [0, 0, 8, 3, 0, 0, 0, 1], found: "cut short"),
    Damage(
      testDescription: "more images than there are numbers",
      bytes: LabeledFiles.idx([.max, .max, .max], []), found: "a header of"),
    Damage(testDescription: "labels", bytes: LabeledFiles.idx([3], [0, 1, 2]), found: "neither"),
    Damage(testDescription: "empty", bytes: [], found: "neither"),
    Damage(testDescription: "text", bytes: Array("no images here".utf8), found: "neither"),
    Damage(
      testDescription: "images without pixels", bytes: LabeledFiles.idx([4, 0, 3], []),
      found: "images of 3 x 0"),
  ])
  func damageIsNamed(_ damage: Damage) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/images"
      try LabeledFiles.write(damage.bytes, to: path)
      let error = #expect(throws: InspectionError.self) { try ImageRecords(path) }
      #expect(error?.subject == path)
      #expect(error?.found.contains(damage.found) == true, "\(error?.found ?? "")")
    }
  }

  @Test func missingFilesAreNamed() throws {
    let error = #expect(throws: InspectionError.self) { try ImageRecords("/nowhere/images") }
    #expect(error?.found.contains("no such file") == true)
  }

  @Test func aSampleIsItsRecord() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/images"
      try LabeledFiles.write(LabeledFiles.images(4), to: path)
      let sample = Sample(path: path, record: 2, name: "test/1/000002", label: .good)
      #expect(sample.address == "\(path)/test/1/000002")
      #expect(try sample.image().withUnsafeBytes { Array($0) } == [2, 1, 2, 3, 4, 5])
      #expect(try sample.sha256() == SHA256.hex(of: [2, 1, 2, 3, 4, 5] as [UInt8]))
      let whole = Sample(path: path, name: "images", label: .good)
      #expect(whole.address == path)
      #expect(try whole.sha256() == SHA256.hex(ofFile: path))
      #expect(throws: InspectionError.self) {
        try Sample(path: path, record: 4, name: "x", label: .good).image()
      }
      // Small as it is, it can be loaded.
      let loaded = try ImageLoader(ImagePreprocessing(height: 2, width: 3, colors: .imageNet))
        .load(sample)
      #expect(loaded.resized.shape == [1, 3, 2, 3])
    }
  }

  @Test func gzipIsReadDirectly() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/images.gz"
      let bytes = [UInt8](try #require(Data(base64Encoded: Self.compressed)))
      try LabeledFiles.write(bytes, to: path)
      let records = try ImageRecords(path)
      #expect(records.count == 3)
      #expect(try records.image(2).withUnsafeBytes { Array($0) } == [2, 1, 2, 3, 4, 5])
      try LabeledFiles.write(bytes.dropLast(12), to: "\(folder)/cut.gz")
      let error = #expect(throws: InspectionError.self) { try ImageRecords("\(folder)/cut.gz") }
      #expect(error?.found.hasPrefix("damaged") == true, "\(error?.found ?? "")")
    }
  }
}
