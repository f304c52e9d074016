import Foundation
import Inspection

/// One class of a labeled set as the good images: `fashion-mnist:3`, `cifar-10:cat`, or all but one with `mnist:not-8`; the
/// set may also be a folder, as in `sets/letters:5`.
///
/// The field's protocol (Ruff et al. 2018, "Deep One-Class Classification"): all training images of the class are learnt from,
/// and the whole test split is judged, every other class defective. COIL-100 has no split: 80 % of the views of an object, drawn
/// with seed 0, are learnt from; the others are judged beside as many views of other objects (Perera et al. 2019, "OCGAN").
package struct OneClassLocation: Sendable {
  /// Sets that are looked for in the home's `data` folder by their name; `emnist-letters` and the like, too.
  package static let names = ["mnist", "fashion-mnist", "cifar-10", "coil-100"]

  /// As given, class and all.
  let location: String
  let set: LabeledSet
  let kind: Int
  /// Whether the class is the only one that is not good.
  let isInverted: Bool

  /// Nil where `location` names no class of a set.
  ///
  /// - Throws: ``InspectionError`` where the set is not there or has no such class.
  init?(_ location: String, home: String) throws {
    guard !FileManager.default.fileExists(atPath: location) else { return nil }
    let parts = location.split(separator: ":", omittingEmptySubsequences: false)
    let name = parts.count > 1 ? parts.dropLast().joined(separator: ":") : location
    guard Self.isName(name) || (parts.count > 1 && ImageFolder.isFolder(name)) else { return nil }
    self.location = location
    let set = try Self.open(name, home: home)
    self.set = set
    let word = parts.count > 1 ? String(parts[parts.count - 1]) : ""
    isInverted = word.hasPrefix("not-")
    let title = isInverted ? String(word.dropFirst(4)) : word
    // Names first: the classes of digits are named by themselves.
    let number = Int(title).flatMap { set.classes.indices.contains($0) ? $0 : nil }
    guard let kind = set.classes.firstIndex(of: title) ?? number else {
      throw InspectionError(
        location, found: title.isEmpty ? "no class is named" : "no class \(title)",
        remedy: "name the good one, as in \(name):\(set.classes.first ?? "0"); there are"
          + " \(set.classes.count), \(set.classes.prefix(10).joined(separator: ", "))"
          + (set.classes.count > 10 ? " and so on" : ""),
        isUsage: true)
    }
    self.kind = kind
  }

  /// The set that `name` names: one of ``names`` below `home`, or a folder.
  package static func open(_ name: String, home: String) throws -> LabeledSet {
    if ImageFolder.isFolder(name) { return try LabeledSet(folder: name) }
    guard isName(name) else {
      throw InspectionError(
        name, found: "no such set of labeled images",
        remedy: "use \(names.joined(separator: ", ")), emnist-letters or a folder", isUsage: true)
    }
    let isEMNIST = name.hasPrefix("emnist-")
    let own = "\(home)/data/\(name)"
    let folder = isEMNIST && !ImageFolder.isFolder(own) ? "\(home)/data/emnist" : own
    guard ImageFolder.isFolder(folder) else {
      throw InspectionError(
        folder, found: "there is no such folder",
        remedy: name == "fashion-mnist"
          ? "run `make data-fashion-mnist` in the folder of Blemish's source, and set BLEMISH_HOME to .deps in it"
          : "put the files of \(name) there")
    }
    return try LabeledSet(folder: folder, prefix: isEMNIST ? "\(name)-" : "")
  }

  private static func isName(_ name: String) -> Bool {
    names.contains(name) || (name.hasPrefix("emnist-") && !name.contains("/"))
  }

  /// - Throws: ``InspectionError`` where the good class has no images to learn from.
  func read() throws -> Dataset {
    let isGood = { (item: LabeledSet.Item) in (item.kind == kind) != isInverted }
    let (training, test) =
      set.training.isEmpty ? split(isGood) : (set.training.filter(isGood), set.test)
    guard !training.isEmpty else {
      throw InspectionError(
        location, found: "no training images of the class", remedy: "look for the set's files")
    }
    func sample(_ item: LabeledSet.Item) -> Sample {
      Sample(
        path: item.path, record: item.record, name: item.name,
        label: isGood(item) ? .good : .defective(kind: set.classes[item.kind]))
    }
    return Dataset(name: location, training: training.map(sample), test: test.map(sample))
  }

  /// Of a set without a split.
  private func split(_ isGood: (LabeledSet.Item) -> Bool) -> (
    training: [LabeledSet.Item], test: [LabeledSet.Item]
  ) {
    var random = SeededRandom(seed: 0)
    let good = set.test.filter(isGood).shuffled(using: &random)
    let others = set.test.filter { !isGood($0) }.shuffled(using: &random)
    let count = good.count * 8 / 10
    let byName = { (a: LabeledSet.Item, b: LabeledSet.Item) in a.name < b.name }
    return (
      good[..<count].sorted(by: byName),
      good[count...].sorted(by: byName) + others.prefix(good.count - count).sorted(by: byName)
    )
  }
}

extension DatasetLayout {
  /// One class of a labeled set, such as `fashion-mnist:3`.
  package static let oneClass = DatasetLayout("one-class") { location, home in
    try OneClassLocation(location, home: home)?.read()
  }
}
