import Imaging
import Inspection

/// Images of several classes, as the benchmarks of classifiers have them.
public struct LabeledSet: Sendable {
  struct Item: Sendable {
    let path: String
    var record: Int?
    let name: String
    /// Which of ``classes``.
    let kind: Int
  }

  /// In the order that their numbers count.
  public let classes: [String]
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
  public func firstImage() throws -> Image? {
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
