import Inspection

/// A layout that data sets come in, and how it is read.
///
/// ```swift
/// extension DatasetLayout {
///   static let pairs = DatasetLayout("pairs") { location, _ in
///     guard FileManager.default.fileExists(atPath: location + "/pairs.txt") else { return nil }
///     return try Dataset(name: "pairs", training: ..., test: ...)
///   }
/// }
/// let registry = DatasetRegistry([.pairs] + DatasetRegistry.standard.layouts)
/// ```
public struct DatasetLayout: Sendable {
  /// What people call it, such as `mvtec`.
  public let name: String
  private let reader: @Sendable (_ location: String, _ home: String) throws -> Dataset?

  /// - Parameter read: is given what a person named as the data set, and the folder whose `data` holds the sets that go by a
  ///   name; returns nil where that is of another layout, and throws what is wrong with it where it is of this one.
  public init(
    _ name: String,
    read: @escaping @Sendable (_ location: String, _ home: String) throws -> Dataset?
  ) {
    self.name = name
    reader = read
  }

  /// The data set at `location`; nil where it is of another layout.
  ///
  /// - Throws: an error that names the folder or file and what is wrong with it.
  public func read(_ location: String, home: String) throws -> Dataset? {
    try reader(location, home)
  }
}

/// The layouts that are tried in turn; others can be added to them.
public struct DatasetRegistry: Sendable {
  /// The layouts in the order in which they are tried.
  public let layouts: [DatasetLayout]

  /// - Parameter layouts: the most particular first: a folder of images reads whatever holds some.
  public init(_ layouts: [DatasetLayout]) { self.layouts = layouts }

  /// Those of this package: `elpv:mono` and `elpv:poly`, one class of a labeled set, MVTec AD's folders, a plain folder of good
  /// images.
  public static let standard = DatasetRegistry([.elpv, .oneClass, .mvtec, .folder])

  /// The same, but for a folder in no layout: all images in it are taken as good, whatever their names say.
  package static let takingAll = DatasetRegistry([
    .elpv, .oneClass,
    DatasetLayout("mvtec") { location, home in
      guard ImageFolder.isFolder("\(location)/train") else { return nil }
      return try DatasetLayout.mvtec.read(location, home: home)
    }, .wholeFolder,
  ])

  /// The data set at `location`, read by the first layout that knows it.
  ///
  /// - Parameter home: the folder whose `data` holds the sets that go by a name.
  /// - Throws: ``InspectionError`` that names the folder and what is missing in it.
  public func open(_ location: String, home: String) throws -> Dataset {
    let location = location.withoutTrailingSlashes
    for layout in layouts {
      if let dataset = try layout.read(location, home: home) { return dataset }
    }
    try ImageFolder.requireFolder(location)
    throw InspectionError(
      location, found: "a folder of no layout that is known",
      remedy: "give one of these: \(layouts.map(\.name).joined(separator: ", "))", isUsage: true)
  }
}
