import Datasets
import Fixtures
import Foundation
import Imaging
import Inspection
import Testing

/// One class of a labeled set as a data set.
@Suite struct OneClassLocationTests {
  @Test func oneClassIsGood() throws {
    try withTemporaryFolder { home in
      let folder = "\(home)/data/fashion-mnist"
      try LabeledFiles.writeIDX(to: folder)
      let dataset = try Dataset.open("fashion-mnist:1", home: home)
      #expect(dataset.name == "fashion-mnist:1")
      #expect(dataset.training.map(\.record) == [1, 4])
      #expect(dataset.training.map(\.name) == ["train/1/000001", "train/1/000004"])
      #expect(dataset.training.allSatisfy { $0.label == .good })
      #expect(dataset.training.first?.path == "\(folder)/train-images-idx3-ubyte")
      #expect(dataset.test.map(\.kind) == ["2", "good", "0"])
      #expect(dataset.test.map(\.record) == [0, 1, 2])
      #expect(dataset.test.last?.path == "\(folder)/t10k-images-idx3-ubyte")
      #expect(!dataset.hasMasks)
      // The digest is of the class's images alone.
      let other = try Dataset.open("fashion-mnist:0", home: home)
      #expect(try other.trainingHash() != dataset.trainingHash())
    }
  }

  @Test func allButOneClassAreGood() throws {
    try withTemporaryFolder { home in
      try LabeledFiles.writeIDX(to: "\(home)/set")
      let dataset = try Dataset.open("\(home)/set:not-1", home: home)
      #expect(dataset.training.map(\.record) == [0, 2, 3, 5])
      #expect(dataset.test.map(\.kind) == ["good", "1", "good"])
    }
  }

  @Test func partsOfEMNISTShareAFolder() throws {
    try withTemporaryFolder { home in
      for part in ["letters", "digits"] {
        try LabeledFiles.writeIDX("emnist-\(part)-", to: "\(home)/data/emnist", test: "test")
      }
      let dataset = try Dataset.open("emnist-letters:2", home: home)
      #expect(
        dataset.training.first?.path == "\(home)/data/emnist/emnist-letters-train-images-idx3-ubyte"
      )
      #expect(dataset.test.count == 3)
    }
  }

  @Test func batchesOfCIFAR() throws {
    try withTemporaryFolder { home in
      let folder = "\(home)/data/cifar-10/cifar-10-batches-bin"
      for number in 1...5 {
        try LabeledFiles.write(
          LabeledFiles.batch([3, UInt8(number)]), to: "\(folder)/data_batch_\(number).bin")
      }
      try LabeledFiles.write(LabeledFiles.batch([9, 3]), to: "\(folder)/test_batch.bin")
      let dataset = try Dataset.open("cifar-10:cat", home: home)
      #expect(
        dataset.training.map(\.name) == [
          "train/cat/data_batch_1-00000", "train/cat/data_batch_2-00000",
          "train/cat/data_batch_3-00000", "train/cat/data_batch_3-00001",
          "train/cat/data_batch_4-00000", "train/cat/data_batch_5-00000",
        ])
      #expect(dataset.test.map(\.kind) == ["truck", "good"])
      #expect(try Dataset.open("cifar-10:3", home: home).training == dataset.training)
    }
  }

  @Test func foldersOfClasses() throws {
    try withTemporaryFolder { home in
      for name in ["train/dog/a.png", "train/cat/b.jpg", "test/dog/c.png", "test/cat/d.png"] {
        try write("", to: "\(home)/pets/\(name)")
      }
      let dataset = try Dataset.open("\(home)/pets:dog", home: home)
      #expect(dataset.training.map(\.name) == ["train/dog/a.png"])
      #expect(dataset.training.first?.record == nil)
      #expect(dataset.test.map(\.kind) == ["cat", "good"])
    }
  }

  @Test func viewsOfCOILAreDrawn() throws {
    try withTemporaryFolder { home in
      for object in 1...12 {
        for angle in stride(from: 0, to: 360, by: 36) {
          try write("", to: "\(home)/data/coil-100/obj\(object)__\(angle).png")
        }
      }
      let dataset = try Dataset.open("coil-100:7", home: home)
      #expect(dataset.training.count == 8)
      #expect(dataset.training.allSatisfy { $0.name.hasPrefix("obj7__") })
      #expect(dataset.test.count { $0.isDefective == false } == 2)
      #expect(dataset.test.count { $0.isDefective == true } == 2)
      #expect(Set(dataset.training.map(\.name)).isDisjoint(with: dataset.test.map(\.name)))
      #expect(try Dataset.open("coil-100:7", home: home).training == dataset.training)
      // Objects are in the order of their numbers.
      #expect(
        try OneClassLocation.open("coil-100", home: home).classes == (1...12).map { "\($0)" })
    }
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let location: String
    let found: String
    let remedy: String
    var isUsage = false
    var testDescription: String { location }
  }

  @Test(arguments: [
    Bad(
      location: "fashion-mnist", found: "no class is named", remedy: "fashion-mnist:0",
      isUsage: true),
    Bad(location: "fashion-mnist:11", found: "no class 11", remedy: "there are 3", isUsage: true),
    Bad(location: "fashion-mnist:shoe", found: "no class shoe", remedy: "0, 1, 2", isUsage: true),
    Bad(location: "mnist:0", found: "no such folder", remedy: "put the files of mnist there"),
    Bad(
      location: "~/odd:0", found: "2 training and 1 test files", remedy: "one of each must be there"
    ),
    Bad(location: "~/short:0", found: "2 labels of 6 images", remedy: "fetch the files again"),
    Bad(location: "~/none:0", found: "no images of several classes", remedy: "IDX files"),
  ])
  func mistakesAreNamed(_ bad: Bad) throws {
    try withTemporaryFolder { home in
      try LabeledFiles.writeIDX(to: "\(home)/data/fashion-mnist")
      try LabeledFiles.writeIDX("a-", to: "\(home)/odd")
      try LabeledFiles.write(
        LabeledFiles.images(1), to: "\(home)/odd/b-train-images-idx3-ubyte")
      try LabeledFiles.writeIDX(to: "\(home)/short")
      try LabeledFiles.write(
        LabeledFiles.idx([2], [0, 1]), to: "\(home)/short/train-labels-idx1-ubyte")
      try write("", to: "\(home)/none/notes.txt")
      let error = #expect(throws: InspectionError.self) {
        try Dataset.open(bad.location.replacing("~", with: home), home: home)
      }
      #expect(error?.found.contains(bad.found) == true, "\(error.map { "\($0)" } ?? "")")
      #expect(error?.remedy.contains(bad.remedy) == true, "\(error.map { "\($0)" } ?? "")")
      #expect(error?.isUsage == bad.isUsage)
    }
  }
}
