import Foundation
import Inspection

/// The layout of MVTec AD: `train/good`, `test/good`, `test/<defect>`, `ground_truth/<defect>/<name>_mask.png`.
///
/// Its kin are read, too: `ok` or `Normal` for the good test images (BTAD), a folder of masks for an image (MVTec LOCO),
/// `test_public` with its `ground_truth` inside (MVTec AD 2), masks beside their images (KolektorSDD2) or in `label` or `gt`,
/// names in whatever case. Without `train` there is nothing to learn from, but a model can be evaluated.
struct MVTecReader {
  let folder: String
  private let parts: [String]
  private var remarks: [Remark] = []

  /// Nil where the folder has neither `train` nor `test`.
  init?(folder: String) throws {
    self.folder = folder
    parts = try ImageFolder.subfolders(folder)
    guard Self.named("train", in: parts) != nil || Self.test(in: parts) != nil else { return nil }
  }

  private static func named(_ name: String, in names: [String]) -> String? {
    names.contains(name) ? name : names.first { $0.lowercased() == name }
  }

  private static func test(in parts: [String]) -> String? {
    named("test", in: parts) ?? named("test_public", in: parts)
  }

  /// The folder of masks among those of `names`: `ground_truth`, else `masks`, `label`, `gt` and the like.
  private static func masks(in names: [String]) -> String? {
    names.first { NameWords.words($0).joined() == "groundtruth" }
      ?? names.first(where: NameWords.isMasks)
  }

  /// The set and its parts, which a link in one of them may lead to.
  private var places: [String] {
    [folder]
      + [Self.named("train", in: parts), Self.test(in: parts), Self.masks(in: parts)]
      .compactMap(\.self).map { "\(folder)/\($0)" }
  }

  mutating func read() throws -> Dataset {
    let test = Self.test(in: parts)
    let judged = try test.map { try samples(ofTest: $0) } ?? []
    var training: [Sample] = []
    var obstacle: InspectionError?
    do { training = try trainingSamples() } catch let error as InspectionError {
      if judged.isEmpty, let test, error.subject == folder {
        throw InspectionError(
          folder, found: "\(error.found), and no images in folders of \(test)/",
          remedy: "sort the images into train/good, test/good and test/<defect>")
      }
      // What there is to judge can be judged without it.
      guard !judged.isEmpty else { throw error }
      obstacle = error
    }
    tellOfOthers(than: test)
    return Dataset(
      name: URL(fileURLWithPath: folder).lastPathComponent, training: training, test: judged,
      remarks: remarks, trainingObstacle: obstacle)
  }

  private mutating func trainingSamples() throws -> [Sample] {
    guard let train = Self.named("train", in: parts) else {
      throw InspectionError(
        folder, found: "no train/good in it",
        remedy: "put the good images into \(folder)/train/good, or give a folder of good images")
    }
    let kinds = try ImageFolder.subfolders("\(folder)/\(train)")
    guard let good = Self.named("good", in: kinds) else {
      let target = "\(folder)/\(train)/good"
      let other = kinds.first(where: NameWords.isGood)
      throw InspectionError(
        folder, found: "train/ without train/good",
        remedy: other.map { "rename \(folder)/\(train)/\($0) to \(target)" }
          ?? "put the good images into \(target), or give a plain folder of good images")
    }
    let listing = try ImageFolder.listing(of: "\(folder)/\(train)/\(good)", without: places)
    guard !listing.images.isEmpty else {
      throw listing.missing("put the good images there (PNG, JPEG, ...)")
    }
    let beside = MaskIndex.masks(among: listing.images)
    let images = leaveOut(listing, .training) { name in
      beside.contains(name)
        || name.split(separator: "/").dropLast()
          .contains { NameWords.meaning(ofFolder: String($0)) != nil }
    }
    let counts = listing.counts(of: images)
    let parts =
      counts.count > 1 ? counts.map { "\($0.folder == "." ? "loose" : $0.folder) \($0.count)" } : []
    remarks.append(
      .fact(
        "\(folder): \(images.count) good images in \(train)/\(good)"
          + (parts.isEmpty ? "" : " (\(ImageListing.some(parts, limit: 8)))"), of: .training))
    remarks += listing.remarks.map { Remark($0.severity, $0.text, of: .training) }
    let others = try ImageFolder.images(in: "\(folder)/\(train)", without: places)
      .filter { !$0.hasPrefix(good + "/") }
    if !others.isEmpty {
      remarks.append(
        .doubt(
          "\(folder)/\(train): \(others.count) images beside \(good) left out"
            + " (\(ImageListing.some(others)))", of: .training))
    }
    return images.map { name in
      Sample(
        path: "\(listing.folder)/\(name)", name: "\(train)/\(good)/\(name)", label: .good)
    }
  }

  private mutating func samples(ofTest test: String) throws -> [Sample] {
    let root = "\(folder)/\(test)"
    let own = try ImageFolder.listing(of: root, without: places)
    let names = try ImageFolder.subfolders(root)
    let inside = Self.masks(in: names)
    let masks = Self.masks(in: parts).map { "\(folder)/\($0)" } ?? inside.map { "\(root)/\($0)" }
    let kinds = distinct(names.filter { $0 != inside }, in: root)
    let others = places + kinds.map { "\(root)/\($0)" }
    var samples: [Sample] = []
    var listings: [ImageListing] = []
    var used: Set<String> = []
    var allMasks: Set<String> = []
    var kindsOfMasks: [String: Set<String>] = [:]
    var ofMasks: [Remark] = []
    for kind in kinds {
      let listing = try ImageFolder.listing(of: "\(root)/\(kind)", without: others)
      listings.append(listing)
      let isGood = NameWords.isGood(kind)
      let beside = MaskIndex.masks(among: listing.images)
      let images = leaveOut(listing, .test) { name in
        (masks != nil && beside.contains(name))
          || name.split(separator: "/").dropLast()
            .contains { NameWords.meaning(ofFolder: String($0)) == .masks }
      }.filter { !beside.contains($0) }
      let index =
        try masks.map { try MaskIndex(below: $0, kind, images) }
        ?? MaskIndex(folder: listing.folder, beside.sorted(), of: images)
      allMasks.formUnion(index.paths)
      for image in images {
        let paths = index.masks(of: image)
        used.formUnion(paths)
        if !isGood { for path in paths { kindsOfMasks[path, default: []].insert(kind) } }
        // Nothing is marked in a good image, whether it has a mask or not.
        samples.append(
          Sample(
            path: "\(root)/\(kind)/\(image)", name: "\(test)/\(kind)/\(image)",
            label: isGood ? .good : .defective(kind: kind), maskPaths: isGood ? [] : paths))
      }
      ofMasks += index.remarks
      if isGood, kind != "good", !listing.images.isEmpty {
        remarks.append(.fact("\(root)/\(kind): counts as good", of: .test))
      } else if NameWords.isAlmostGood(kind) || NameWords.meaning(ofFolder: kind) == .masks {
        remarks.append(
          .doubt("\(root)/\(kind): counts as a kind of defect by its name", of: .test))
      }
    }
    remarks += (listings.flatMap(\.remarks) + ofMasks).map {
      Remark($0.severity, $0.text, of: .test)
    }
    tellOf(unused: allMasks.subtracting(used).sorted())
    tellOf(shared: kindsOfMasks.filter { $0.value.count > 1 }.keys.sorted())
    tellOfGarbled(own)
    let loose = own.images.filter { !$0.contains("/") }
    if !loose.isEmpty {
      remarks.append(
        .doubt(
          "\(root): \(loose.count) images lie loose and are left out (\(ImageListing.some(loose)));"
            + " sort them into \(test)/good and \(test)/<defect>", of: .test))
    }
    tellOfMasks(samples, masks)
    return samples
  }

  /// Kinds of defect, each once: a link to another, or out of the test images into the rest of the set, is none.
  private mutating func distinct(_ kinds: [String], in root: String) -> [String] {
    var seen = Set(places.compactMap { ImageFolder.FileStatus($0)?.id })
    let isLink = { (kind: String) in ImageFolder.FileStatus.isLink("\(root)/\(kind)") }
    let fresh = Set(
      (kinds.filter { !isLink($0) } + kinds.filter(isLink)).filter { kind in
        // It was there when the folder was read.
        ImageFolder.FileStatus("\(root)/\(kind)").map { seen.insert($0.id).inserted } ?? false
      })
    let repeated = kinds.filter { !fresh.contains($0) }
    if !repeated.isEmpty {
      remarks.append(
        .doubt(
          "\(root): \(ImageListing.some(repeated)) \(repeated.count == 1 ? "leads" : "lead") to what is read already:"
            + " left out", of: .test))
    }
    return kinds.filter(fresh.contains)
  }

  /// The images of a listing, but for those that `isOther` says are something else by their names, which is told: masks as
  /// MVTec 3D-AD has them in `gt`, defects below the good images.
  private mutating func leaveOut(
    _ listing: ImageListing, _ part: Remark.Part, _ isOther: (String) -> Bool
  ) -> [String] {
    let others = listing.images.filter(isOther)
    guard !others.isEmpty else { return listing.images }
    remarks.append(
      .doubt(
        "\(listing.folder): \(others.count) images left out that are masks\(part == .training ? ", defects or tests" : "")"
          + " by their names (\(ImageListing.some(others)))", of: part))
    return listing.images.filter { !isOther($0) }
  }

  /// Folders whose names cannot be read are no kinds of defect, which a person would want to know.
  private mutating func tellOfGarbled(_ listing: ImageListing) {
    let names = listing.garbled.filter { !$0.contains("/") }
    guard !names.isEmpty else { return }
    remarks.append(
      .doubt(
        "\(listing.folder): \(names.count) \(names.count == 1 ? "name is" : "names are") not in UTF-8"
          + " (\(ImageListing.some(names))): left out; rename them", of: .test))
  }

  private mutating func tellOf(unused: [String]) {
    guard !unused.isEmpty else { return }
    remarks.append(
      .doubt(
        "\(unused.count) \(unused.count == 1 ? "mask belongs" : "masks belong") to no image"
          + " (\(ImageListing.some(unused)))", of: .test))
  }

  private mutating func tellOf(shared: [String]) {
    guard !shared.isEmpty else { return }
    remarks.append(
      .doubt(
        "\(shared.count) \(shared.count == 1 ? "mask belongs" : "masks belong") to several kinds of defect by"
          + " their names (\(ImageListing.some(shared))): put those of each kind into a folder of its name",
        of: .test))
  }

  private mutating func tellOfMasks(_ samples: [Sample], _ masks: String?) {
    let defective = samples.filter { $0.isDefective == true }
    let bare = defective.filter(\.maskPaths.isEmpty)
    guard !bare.isEmpty else { return }
    guard masks != nil || bare.count < defective.count else {
      remarks.append(
        .fact("\(folder): no ground_truth, so nothing is measured pixel by pixel", of: .test))
      return
    }
    remarks.append(
      .doubt(
        "\(masks ?? folder): \(bare.count) of \(defective.count) defective images have no mask"
          + " (\(ImageListing.some(bare.map(\.name)))); they count as images, not pixel by pixel",
        of: .test))
  }

  /// Names what lies beside the parts that are read.
  private mutating func tellOfOthers(than test: String?) {
    let known = [Self.named("train", in: parts), test, Self.masks(in: parts)].compactMap(\.self)
    var others: [String] = []
    for part in parts where !known.contains(part) {
      // What is not needed need not be readable.
      do {
        let count = try ImageFolder.images(in: "\(folder)/\(part)", without: places).count
        if count > 0 { others.append("\(part) (\(count) images)") }
      } catch {
        remarks.append(.doubt("\(error)"))
      }
    }
    guard !others.isEmpty else { return }
    remarks.append(.fact("\(folder): left out: \(ImageListing.some(others, limit: 8))"))
  }
}

extension DatasetLayout {
  /// `train/good`, and beside it `test/good`, `test/<defect>` and `ground_truth`.
  package static let mvtec = DatasetLayout("mvtec") { location, _ in
    guard ImageFolder.isFolder(location) else { return nil }
    var reader = try MVTecReader(folder: location)
    return try reader?.read()
  }
}
