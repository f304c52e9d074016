import Foundation
import Inspection

/// A plain folder of good images, without anything to evaluate on.
struct FolderReader {
  let folder: String
  /// Whether images are taken whatever their names say.
  let takesAll: Bool

  func read() throws -> Dataset {
    let listing = try ImageFolder.listing(of: folder)
    let names = listing.images
    guard !names.isEmpty else {
      throw listing.missing(
        "give a folder of good images (PNG, JPEG, TIFF, WebP, BMP) or one with train/good")
    }
    var remarks: [Remark] = []
    let title = URL(fileURLWithPath: folder).lastPathComponent
    if !takesAll {
      try refuseBackslashes(names)
      try refuseSets(names)
      try refuseWhatIsNotGood(names)
      try refuseWhatStandsBesideGood(names)
      // Who names the folder itself is believed, but told.
      if let meaning = NameWords.meaning(ofFolder: title) {
        remarks.append(
          .doubt("\(folder): \(meaning.rawValue), by its name, taken as good", of: .training))
      }
    }
    let counts = listing.counts(of: names)
    let parts = counts.map { "\($0.folder == "." ? "loose" : $0.folder) \($0.count)" }
    let taken =
      counts.count > 1 || counts[0].folder != "."
      ? " (\(ImageListing.some(parts, limit: 8)))" : ""
    return Dataset(
      name: title,
      training: names.map { Sample(path: "\(folder)/\($0)", name: $0, label: .good) }, test: [],
      remarks: [
        .fact(
          "\(folder): \(names.count) \(names.count == 1 ? "image" : "images") taken as good\(taken)",
          of: .training)
      ] + remarks + listing.remarks)
  }

  /// Throws where names hold folders, as an archive from Windows gives them where it was not unpacked well.
  private func refuseBackslashes(_ names: [String]) throws {
    let found = names.filter { $0.contains("\\") }
    guard !found.isEmpty else { return }
    throw InspectionError(
      folder,
      found:
        "\(found.count) of \(names.count) images have a backslash in their names (\(ImageListing.some(found)))",
      remedy:
        "unpack the archive anew with `7z x` or `bsdtar -xf`, which make folders of them and give one;"
        + " `train` and `calibrate` take all of them as good with --all")
  }

  /// Throws where folders below are data sets of their own.
  private func refuseSets(_ names: [String]) throws {
    var sets: [String] = []
    var hasLayout = false
    for name in names {
      let parts = name.split(separator: "/").map(String.init)
      guard let place = parts.dropLast().firstIndex(where: { $0.lowercased() == "train" }),
        place > 0
      else { continue }
      let set = parts[..<place].joined(separator: "/")
      if sets.last != set { sets.append(set) }
      if place + 1 < parts.count - 1, NameWords.isGood(parts[place + 1]) { hasLayout = true }
    }
    guard hasLayout || sets.count > 1 else { return }
    throw InspectionError(
      folder,
      found:
        "it holds \(sets.count) data \(sets.count == 1 ? "set" : "sets") (\(ImageListing.some(sets)))",
      remedy: "give one of them, such as \(folder)/\(sets[0])")
  }

  /// Throws where names below speak of defects, masks or tests.
  private func refuseWhatIsNotGood(_ names: [String]) throws {
    var groups: [(place: String, meaning: NameWords.Meaning, count: Int)] = []
    for name in names {
      guard let (place, meaning) = Self.suspicion(name) else { continue }
      if let last = groups.last, last.meaning == meaning,
        last.place == place || !(place.hasSuffix("/") || last.place.hasSuffix("/"))
      {
        groups[groups.count - 1].count += 1
      } else {
        groups.append((place, meaning, 1))
      }
    }
    guard !groups.isEmpty else { return }
    let told = groups.map { group in
      let more = group.place.hasSuffix("/") ? " (\(group.count))" : Self.others(group.count - 1)
      return "\(group.place)\(more): \(group.meaning.rawValue)"
    }
    let count = groups.reduce(0) { $0 + $1.count }
    throw InspectionError(
      folder,
      found:
        "\(count) of \(names.count) images are not good ones, by their names: \(ImageListing.some(told, limit: 4))",
      remedy: remedy(names))
  }

  private static func others(_ count: Int) -> String { count > 0 ? " and \(count) more" : "" }

  /// The part of a path that says what the image is, a folder with a slash behind it.
  private static func suspicion(_ name: String) -> (place: String, meaning: NameWords.Meaning)? {
    let parts = name.split(separator: "/").map(String.init)
    for place in parts.indices.dropLast() {
      if let meaning = NameWords.meaning(ofFolder: parts[place]) {
        return (parts[...place].joined(separator: "/") + "/", meaning)
      }
    }
    return NameWords.meaning(ofFile: parts[parts.count - 1].withoutFileExtension)
      .map { (name, $0) }
  }

  /// Throws where a folder of good images has others beside it, which are something else then.
  private func refuseWhatStandsBesideGood(_ names: [String]) throws {
    var children: [String: [String]] = [:]
    for name in names {
      let parts = name.split(separator: "/").map(String.init)
      for place in parts.indices.dropLast() {
        let parent = parts[..<place].joined(separator: "/")
        if children[parent]?.contains(parts[place]) != true {
          children[parent, default: []].append(parts[place])
        }
      }
    }
    for (_, names) in children.sorted(by: { $0.key < $1.key }) {
      let others = names.filter { !NameWords.isGood($0) }
      guard others.count < names.count, !others.isEmpty else { continue }
      let good = names.filter(NameWords.isGood)
      throw InspectionError(
        folder,
        found: "\(ImageListing.some(good)) with \(ImageListing.some(others)) beside it:"
          + " not all of it can be good",
        remedy: remedy(self.folderNames(children)))
    }
  }

  private func folderNames(_ children: [String: [String]]) -> [String] {
    children.flatMap { parent, names in
      names.map { (parent.isEmpty ? $0 : "\(parent)/\($0)") + "/" }
    }
  }

  /// The way out; names a folder of good images where there is one.
  private func remedy(_ names: [String]) -> String {
    let good = names.lazy.compactMap { name -> String? in
      let parts = name.split(separator: "/").map(String.init)
      let folders = name.hasSuffix("/") ? parts[...] : parts.dropLast()
      return folders.firstIndex(where: NameWords.isGood).map {
        parts[...$0].joined(separator: "/")
      }
    }.min()
    return
      "give the folder of good images alone\(good.map { ", \(folder)/\($0)" } ?? ""), or sort them into"
      + " train/good, test/good and test/<defect>; `train` and `calibrate` take all of them as good with --all"
  }
}

extension DatasetLayout {
  /// Any folder whose names speak of nothing but good images.
  package static let folder = plain("folder", takesAll: false)

  /// Any folder: all images in it are good, whatever their names say.
  static let wholeFolder = plain("whole folder", takesAll: true)

  private static func plain(_ name: String, takesAll: Bool) -> DatasetLayout {
    DatasetLayout(name) { location, _ in
      guard ImageFolder.isFolder(location) else { return nil }
      return try FolderReader(folder: location, takesAll: takesAll).read()
    }
  }
}
