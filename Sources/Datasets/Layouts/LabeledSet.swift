import Foundation
import Imaging
import Inspection

/// Images of several classes, as the benchmarks of classifiers have them.
package struct LabeledSet: Sendable {
  struct Item: Sendable {
    let path: String
    var record: Int?
    let name: String
    /// Which of ``classes``.
    let kind: Int
  }

  /// In the order that their numbers count.
  package let classes: [String]
  let training: [Item]
  /// All images, where the set has no split of its own.
  let test: [Item]

  /// Reads what `folder` holds: IDX files, batches of CIFAR-10, the pictures of COIL-100, or `train/<class>` and
  /// `test/<class>` with images.
  ///
  /// - Parameter prefix: of the names of IDX files, where a folder holds several sets.
  /// - Throws: ``InspectionError`` that names what is missing.
  init(folder: String, prefix: String = "") throws {
    if let files = try IDXFiles(folder: folder, prefix: prefix) {
      self = try files.read()
    } else if let batches = CIFARBatches(folder: folder) {
      self = try batches.read()
    } else if let set = try Self.turntable(folder) {
      self = set
    } else if ImageFolder.isFolder("\(folder)/train"), ImageFolder.isFolder("\(folder)/test") {
      self = try Self.folders(folder)
    } else {
      throw InspectionError(
        folder, found: "no images of several classes in it",
        remedy: "put IDX files, batches of CIFAR-10, pictures of COIL-100, or train/<class> and"
          + " test/<class> there")
    }
  }

  init(classes: [String], training: [Item], test: [Item]) {
    self.classes = classes
    self.training = training
    self.test = test
  }

  /// Nil where there are no images.
  package func firstImage() throws -> Image? {
    try test.first.map {
      try Sample(path: $0.path, record: $0.record, name: $0.name, label: .unknown).image()
    }
  }

  /// `train/<class>/*.png` and `test/<class>/*.png`, as CIFAR-10 is often unpacked.
  private static func folders(_ folder: String) throws -> LabeledSet {
    let classes = try ImageFolder.subfolders("\(folder)/train")
    func items(_ split: String) throws -> [Item] {
      try classes.enumerated().flatMap { kind, name -> [Item] in
        let part = "\(split)/\(name)"
        guard ImageFolder.isFolder("\(folder)/\(part)") else { return [] }
        return try ImageFolder.images(in: "\(folder)/\(part)").map {
          Item(path: "\(folder)/\(part)/\($0)", name: "\(part)/\($0)", kind: kind)
        }
      }
    }
    return LabeledSet(classes: classes, training: try items("train"), test: try items("test"))
  }

  /// `obj7__45.png`, object 7 turned by 45 degrees: COIL-100 (Nene, Nayar, Murase 1996). Nil where there is none.
  private static func turntable(_ folder: String) throws -> LabeledSet? {
    var views: [(object: Int, angle: Int, name: String)] = []
    for name in try ImageFolder.images(in: folder) {
      let file = name.split(separator: "/").last ?? ""
      if let view = file.firstMatch(of: /^obj([0-9]+)__([0-9]+)\./),
        let object = Int(view.1), let angle = Int(view.2)
      {
        views.append((object, angle, name))
      }
    }
    guard !views.isEmpty else { return nil }
    views.sort { ($0.object, $0.angle) < ($1.object, $1.angle) }
    let objects = Set(views.map(\.object)).sorted()
    return LabeledSet(
      classes: objects.map { "\($0)" }, training: [],
      test: views.map { view in
        Item(
          path: "\(folder)/\(view.name)", name: view.name,
          kind: objects.firstIndex(of: view.object) ?? 0)
      })
  }
}

/// The four files of MNIST, Fashion-MNIST or a part of EMNIST, plain or gzip: `train-images-idx3-ubyte`, its labels, and
/// `t10k` or `test` in place of `train`.
///
/// EMNIST's images lie on their side, as published; to a detector that is all the same.
struct IDXFiles {
  private let folder: String
  private let trainingImages: String
  private let testImages: String

  /// Nil where there are no such files.
  ///
  /// - Throws: ``InspectionError`` where there are, but not one for training and one for the test.
  init?(folder: String, prefix: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let images = names.filter {
      $0.hasPrefix(prefix) && $0.contains(/images[-.]idx3-ubyte(\.gz)?$/)
    }
    guard !images.isEmpty else { return nil }
    // A file and its compressed form are the same.
    let distinct = images.filter { !($0.hasSuffix(".gz") && images.contains("\($0.dropLast(3))")) }
    let training = distinct.filter { $0.contains("train") }
    let test = distinct.filter { $0.contains("t10k") || $0.contains("test") }
    guard training.count == 1, test.count == 1 else {
      throw InspectionError(
        folder, found: "\(training.count) training and \(test.count) test files of images",
        remedy: "one of each must be there, as in train-images-idx3-ubyte.gz and"
          + " t10k-images-idx3-ubyte.gz")
    }
    self.folder = folder
    (trainingImages, testImages) = (training[0], test[0])
  }

  func read() throws -> LabeledSet {
    let (training, test) = (try labels(of: trainingImages), try labels(of: testImages))
    let classes = Set(training).union(test).sorted()
    func items(_ split: String, _ file: String, _ labels: [UInt8]) -> [LabeledSet.Item] {
      labels.enumerated().map { index, label in
        LabeledSet.Item(
          path: "\(folder)/\(file)", record: index,
          name: "\(split)/\(label)/\(String(format: "%06d", index))",
          kind: classes.firstIndex(of: label) ?? 0)
      }
    }
    return LabeledSet(
      classes: classes.map { "\($0)" }, training: items("train", trainingImages, training),
      test: items("test", testImages, test))
  }

  /// - Throws: ``InspectionError`` where they are not as many as the images.
  private func labels(of images: String) throws -> [UInt8] {
    let name = images.replacing("images", with: "labels").replacing("idx3", with: "idx1")
    let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    let there = [name, plain, "\(plain).gz"].first {
      FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    }
    let labels = try IDXArray.labels("\(folder)/\(there ?? name)")
    let count = try ImageRecords.shared("\(folder)/\(images)").count
    guard labels.count == count else {
      throw InspectionError(
        "\(folder)/\(name)", found: "\(labels.count) labels of \(count) images",
        remedy: "fetch the files again")
    }
    return labels
  }
}

/// CIFAR-10's binary version: `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`, in a folder or in its
/// `cifar-10-batches-bin`.
struct CIFARBatches {
  static let classes = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  private let training: [String]
  private let test: String

  /// Nil where there are none.
  init?(folder: String) {
    let places = [folder, "\(folder)/cifar-10-batches-bin"].flatMap { place in
      [(place, ".bin"), (place, ".bin.gz")]
    }
    let isThere = FileManager.default.fileExists(atPath:)
    guard
      let (place, ending) = places.first(where: { place, ending in
        isThere("\(place)/test_batch\(ending)")
      })
    else { return nil }
    test = "\(place)/test_batch\(ending)"
    training = (1...5).map { "\(place)/data_batch_\($0)\(ending)" }
  }

  func read() throws -> LabeledSet {
    func items(_ split: String, _ path: String) throws -> [LabeledSet.Item] {
      let file = URL(fileURLWithPath: path).lastPathComponent.prefix { $0 != "." }
      guard let labels = try ImageRecords.shared(path).labels,
        labels.allSatisfy({ Int($0) < Self.classes.count })
      else {
        throw InspectionError(
          path, found: "no batch of CIFAR-10", remedy: "fetch its binary version again")
      }
      return labels.enumerated().map { index, label in
        LabeledSet.Item(
          path: path, record: index,
          name: "\(split)/\(Self.classes[Int(label)])/\(file)-\(String(format: "%05d", index))",
          kind: Int(label))
      }
    }
    return LabeledSet(
      classes: Self.classes, training: try training.flatMap { try items("train", $0) },
      test: try items("test", test))
  }
}
