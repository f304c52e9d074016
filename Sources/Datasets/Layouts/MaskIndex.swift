import Inspection

/// The masks of one kind of defect by the images that they belong to, whatever the case, the ending, the Unicode form and
/// the affix of their names; several, or a folder of them, may belong to an image.
struct MaskIndex {
  private let folder: String
  private let stems: Set<String>
  private let ambiguous: Set<String>
  private var byStem: [String: [String]] = [:]
  private var byFolder: [String: [String]] = [:]
  private var byNumber: [String: [String]] = [:]
  /// Paths of the masks.
  private(set) var paths: [String] = []

  /// What else lies among the masks.
  private(set) var remarks: [Remark] = []

  /// The masks in `masks/kind`, or loose in `masks` where there is no such folder.
  ///
  /// - Throws: ``InspectionError`` that names the folder which cannot be read.
  init(below masks: String, _ kind: String, _ images: [String]) throws {
    // Unicode forms are equal to a Swift string.
    let own = try ImageFolder.subfolders(masks)
    let name = own.first { $0 == kind } ?? own.first { $0.lowercased() == kind.lowercased() }
    let listing = try ImageFolder.listing(of: name.map { "\(masks)/\($0)" } ?? masks)
    self.init(
      folder: listing.folder, listing.images.filter { name != nil || !$0.contains("/") },
      of: images)
    remarks = name == nil ? [] : listing.remarks
  }

  /// - Parameters:
  ///   - masks: their names in `folder`.
  ///   - images: the names of the images that they may belong to.
  init(folder: String, _ masks: [String], of images: [String]) {
    self.folder = folder
    stems = Set(images.map(Self.stem))
    let spellings = Dictionary(
      images.map { (Self.stem($0), Set([$0.withoutFileExtension])) },
      uniquingKeysWith: { $0.union($1) })
    ambiguous = Set(spellings.filter { $0.value.count > 1 }.keys)
    for mask in masks {
      paths.append("\(folder)/\(mask)")
      let stem = Self.stem(mask)
      var keys: Set<String> = [stem, Self.stem(stem)]
      let (affixed, numbered) = Self.withoutAffix(stem)
      if let affixed { keys.insert(affixed) }
      if let numbered, affixed == nil, !stems.contains(stem) {
        byNumber[numbered, default: []].append(mask)
      }
      for key in keys { byStem[key, default: []].append(mask) }
      let parent = stem.parentFolder
      // A folder for an image may be called after its file.
      if !parent.isEmpty { byFolder[Self.stem(parent), default: []].append(mask) }
    }
  }

  /// Paths of the masks that belong to `image`.
  func masks(of image: String) -> [String] {
    let stem = Self.stem(image)
    var found = byStem[stem] ?? []
    if found.isEmpty { found = byFolder[stem] ?? byNumber[stem] ?? [] }
    // Two images may differ in the case of their names alone.
    if ambiguous.contains(stem) {
      let exact = found.filter { $0.hasPrefix(image.withoutFileExtension) }
      if !exact.isEmpty { found = exact }
    }
    return found.map { "\(folder)/\($0)" }
  }

  /// The names that are of masks, by an affix to another one of the names.
  static func masks(among names: [String]) -> Set<String> {
    let stems = Set(names.map(stem))
    return Set(
      names.filter { name in withoutAffix(stem(name)).affixed.map(stems.contains) ?? false })
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
    let isSeparator = { (character: Character) in "_-. ()".contains(character) }
    func trimmed(_ text: Substring) -> Substring {
      text.dropLast(text.reversed().prefix(while: isSeparator).count)
    }
    let digits = stem.reversed().prefix { $0.isASCII && $0.isNumber }.count
    let front = trimmed(stem.dropLast(digits))
    if let word = affixes.first(where: { front.hasSuffix($0) }) {
      var rest = trimmed(front.dropLast(word.count))
      if let kind = kindsOfMasks.first(where: {
        rest.hasSuffix("_\($0)") || rest.hasSuffix("-\($0)")
      }) {
        rest = trimmed(rest.dropLast(kind.count))
      }
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

  /// As in `000_binary_mask`.
  private static let kindsOfMasks = ["binary", "bin", "anomaly", "defect", "pixel"]
}
