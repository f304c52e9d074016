import Foundation
import Inspection

/// The layout of MVTec AD: `train/good`, `test/good`, `test/<defect>`, `ground_truth/<defect>/<name>_mask.png`.
///
/// Its kin are read, too: `ok` or `Normal` for the good test images (BTAD), a folder of masks for an image (MVTec LOCO),
/// `test_public` with its `ground_truth` inside (MVTec AD 2), names in whatever case. Without `train` there is nothing to
/// learn from, but a model can be evaluated.
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

  mutating func read() throws -> Dataset {
    let test = Self.test(in: parts)
    let judged = try test.map { try samples(ofTest: $0) } ?? []
    var training: [Sample] = []
    var obstacle: InspectionError?
    do { training = try trainingSamples() } catch let error as InspectionError {
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
    let listing = try ImageFolder.listing(of: "\(folder)/\(train)/\(good)")
    guard !listing.images.isEmpty else {
      throw listing.missing("put the good images there (PNG, JPEG, ...)")
    }
    let images = withoutMasks(listing, .training)
    let counts = listing.counts(of: images)
    let parts =
      counts.count > 1 ? counts.map { "\($0.folder == "." ? "loose" : $0.folder) \($0.count)" } : []
    remarks.append(
      .fact(
        "\(folder): \(images.count) good images in \(train)/\(good)"
          + (parts.isEmpty ? "" : " (\(ImageListing.some(parts, limit: 8)))"), of: .training))
    remarks += listing.remarks.map { Remark($0.severity, $0.text, of: .training) }
    let others = try ImageFolder.listing(of: "\(folder)/\(train)").images
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
    let kinds = try ImageFolder.subfolders(root)
    let holdsMasks = { (name: String) in
      NameWords.words(name).joined() == "groundtruth"
        || ["masks", "mask"].contains(name.lowercased())
    }
    let masks =
      parts.first(where: holdsMasks).map { "\(folder)/\($0)" }
      ?? kinds.first(where: holdsMasks).map { "\(root)/\($0)" }
    var samples: [Sample] = []
    var listings: [ImageListing] = []
    for kind in kinds where !holdsMasks(kind) {
      let listing = try ImageFolder.listing(of: "\(root)/\(kind)")
      listings.append(listing)
      let isGood = NameWords.isGood(kind)
      let images = withoutMasks(listing, .test)
      var index = try isGood ? nil : masks.map { try MaskIndex(below: $0, kind, images) }
      samples += images.map { image in
        Sample(
          path: "\(root)/\(kind)/\(image)", name: "\(test)/\(kind)/\(image)",
          label: isGood ? .good : .defective(kind: kind),
          maskPaths: index?.masks(of: image) ?? [])
      }
      if let unused = index?.unused, !unused.isEmpty {
        remarks.append(
          .doubt(
            "\(unused.count) \(unused.count == 1 ? "mask belongs" : "masks belong") to no image"
              + " (\(ImageListing.some(unused)))", of: .test))
      }
      if isGood, kind != "good", !listing.images.isEmpty {
        remarks.append(.fact("\(root)/\(kind): counts as good", of: .test))
      } else if NameWords.isAlmostGood(kind) {
        remarks.append(
          .doubt("\(root)/\(kind): counts as a kind of defect by its name", of: .test))
      }
    }
    remarks += listings.flatMap(\.remarks).map { Remark($0.severity, $0.text, of: .test) }
    let loose = try ImageFolder.listing(of: root).images.filter { !$0.contains("/") }
    if !loose.isEmpty {
      remarks.append(
        .doubt(
          "\(root): \(loose.count) images lie loose and are left out (\(ImageListing.some(loose)));"
            + " sort them into \(test)/good and \(test)/<defect>", of: .test))
    }
    tellOfMasks(samples, masks)
    return samples
  }

  /// The images of a listing, but for those in folders below that are called after masks (MVTec 3D-AD has `gt` there).
  private mutating func withoutMasks(_ listing: ImageListing, _ part: Remark.Part) -> [String] {
    let (masks, images) = listing.images.partitioned { name in
      name.split(separator: "/").dropLast()
        .contains { NameWords.meaning(ofFolder: String($0)) == .masks }
    }
    if !masks.isEmpty {
      remarks.append(
        .doubt(
          "\(listing.folder): \(masks.count) images left out that are masks by their names"
            + " (\(ImageListing.some(masks)))", of: part))
    }
    return images
  }

  private mutating func tellOfMasks(_ samples: [Sample], _ masks: String?) {
    let defective = samples.filter { $0.isDefective == true }
    let bare = defective.filter(\.maskPaths.isEmpty)
    guard !bare.isEmpty else { return }
    guard let masks else {
      remarks.append(
        .fact("\(folder): no ground_truth, so nothing is measured pixel by pixel", of: .test))
      return
    }
    remarks.append(
      .doubt(
        "\(masks): \(bare.count) of \(defective.count) defective images have no mask"
          + " (\(ImageListing.some(bare.map(\.name)))); they count as images, not pixel by pixel",
        of: .test))
  }

  /// Names what lies beside the parts that are read.
  private mutating func tellOfOthers(than test: String?) {
    let known = [Self.named("train", in: parts), test].compactMap(\.self)
    var others: [String] = []
    for part in parts where !known.contains(part) && NameWords.meaning(ofFolder: part) != .masks {
      // What is not needed need not be readable.
      do {
        let count = try ImageFolder.images(in: "\(folder)/\(part)").count
        if count > 0 { others.append("\(part) (\(count) images)") }
      } catch {
        remarks.append(.doubt("\(error)"))
      }
    }
    guard !others.isEmpty else { return }
    remarks.append(.fact("\(folder): left out: \(ImageListing.some(others, limit: 8))"))
  }
}

extension [String] {
  /// Those that `belongs` holds of, and the others.
  fileprivate func partitioned(_ belongs: (String) -> Bool) -> ([String], [String]) {
    (filter(belongs), filter { !belongs($0) })
  }
}

/// The masks of one kind of defect by the images that they belong to, whatever the case, the ending, the Unicode form and
/// the affix of their names; several, or a folder of them, may belong to an image.
private struct MaskIndex {
  private let folder: String
  private let stems: Set<String>
  private let ambiguous: Set<String>
  private var byStem: [String: [String]] = [:]
  private var byFolder: [String: [String]] = [:]
  private var byNumber: [String: [String]] = [:]
  private var names: [String] = []
  private var used: Set<String> = []

  /// Masks that no image has asked for.
  var unused: [String] { names.filter { !used.contains($0) } }

  init(below masks: String, _ kind: String, _ images: [String]) throws {
    // Unicode forms are equal to a Swift string.
    let own = try ImageFolder.subfolders(masks)
    let name = own.first { $0 == kind } ?? own.first { $0.lowercased() == kind.lowercased() }
    folder = name.map { "\(masks)/\($0)" } ?? masks
    stems = Set(images.map(Self.stem))
    let spellings = Dictionary(
      images.map { (Self.stem($0), Set([$0.withoutFileExtension])) },
      uniquingKeysWith: { $0.union($1) })
    ambiguous = Set(spellings.filter { $0.value.count > 1 }.keys)
    let files = try ImageFolder.images(in: folder).filter { name != nil || !$0.contains("/") }
    for mask in files {
      names.append("\(folder)/\(mask)")
      let stem = Self.stem(mask)
      var keys: Set<String> = [stem, Self.stem(stem)]
      let (affixed, numbered) = Self.withoutAffix(stem)
      if let affixed { keys.insert(affixed) }
      if let numbered, affixed == nil, !stems.contains(stem) {
        byNumber[numbered, default: []].append(mask)
      }
      for key in keys { byStem[key, default: []].append(mask) }
      let parent = stem.parentFolder
      if !parent.isEmpty { byFolder[parent, default: []].append(mask) }
    }
  }

  mutating func masks(of image: String) -> [String] {
    let stem = Self.stem(image)
    var found = byStem[stem] ?? []
    if found.isEmpty { found = byFolder[stem] ?? byNumber[stem] ?? [] }
    // Two images may differ in the case of their names alone.
    if ambiguous.contains(stem) {
      let exact = found.filter { $0.hasPrefix(image.withoutFileExtension) }
      if !exact.isEmpty { found = exact }
    }
    let paths = found.map { "\(folder)/\($0)" }
    used.formUnion(paths)
    return paths
  }

  private static func stem(_ name: String) -> String {
    let ending = name.fileExtension.lowercased()
    return
      (ImageFolder.extensions.contains(ending) ? name.withoutFileExtension : name)
      .lowercased()
  }

  /// The stem of the image that a mask is called after, `000` for `000_mask`, `000-GT_2` and `mask_000`; and that of
  /// one that is numbered, `000` for `000_2`. Nil where the mask's stem is no such.
  private static func withoutAffix(_ stem: String) -> (affixed: String?, numbered: String?) {
    let isSeparator = { (character: Character) in "_-. ".contains(character) }
    func trimmed(_ text: Substring) -> Substring {
      text.dropLast(text.reversed().prefix(while: isSeparator).count)
    }
    let digits = stem.reversed().prefix { $0.isASCII && $0.isNumber }.count
    let front = trimmed(stem.dropLast(digits))
    if let word = affixes.first(where: { front.hasSuffix($0) }) {
      let rest = trimmed(front.dropLast(word.count))
      if !rest.isEmpty, rest.last != "/" { return (String(rest), nil) }
    }
    let start = stem.lastIndex(of: "/").map { stem.index(after: $0) } ?? stem.startIndex
    let name = stem[start...]
    if let word = affixes.first(where: { name.hasPrefix($0) }) {
      let rest = name.dropFirst(word.count)
      let bare = rest.drop(while: isSeparator)
      if bare.count < rest.count, !bare.isEmpty { return ("\(stem[..<start])\(bare)", nil) }
    }
    let isNumbered = digits > 0 && front.count < stem.count - digits && !front.isEmpty
    return (nil, isNumbered ? String(front) : nil)
  }

  /// Longer ones first.
  private static let affixes = [
    "ground_truth", "ground-truth", "ground truth", "segmentation", "groundtruth", "annotations",
    "annotation", "labels", "label", "masks", "mask", "anno", "seg", "gt",
  ]
}

extension DatasetLayout {
  /// `train/good`, and beside it `test/good`, `test/<defect>` and `ground_truth`.
  public static let mvtec = DatasetLayout("mvtec") { location, _ in
    guard ImageFolder.isFolder(location) else { return nil }
    var reader = try MVTecReader(folder: location)
    return try reader?.read()
  }
}
