import Foundation
import Inspection

/// Image files in folders. Only names are looked at here; what a file holds is decided by its content when it is read.
package enum ImageFolder {
  static let extensions: Set<String> = [
    "png", "apng", "jpg", "jpeg", "jpe", "jfif", "tif", "tiff", "webp", "bmp", "dib",
  ]

  /// Endings of pictures that nothing here can read.
  static let unreadExtensions: Set<String> = [
    "gif", "ppm", "pgm", "pbm", "pnm", "pfm", "pam", "jp2", "j2k", "jpf", "jpx", "jpm", "jls",
    "jxl", "jxr", "heic", "heif", "avif", "tga", "qoi", "dng", "cr2", "cr3", "nef", "arw", "orf",
    "raf", "rw2", "raw", "exr", "hdr", "psd", "xcf", "ico", "dcm", "fits", "svg", "pcx", "sgi",
    "dds", "xbm", "xpm",
  ]

  /// What systems and programs leave beside pictures; what begins with a dot is left alone, too.
  private static let systemFolders: Set<String> = [
    "@eadir", "@tmp", "@recycle", "@recently-snapshot", "#recycle", "#snapshot", "__macosx",
    "__pycache__",
    "$recycle.bin", "system volume information", "lost+found",
  ]

  /// Where `blemish` draws, below a folder of results.
  private static let drawn: Set<String> = ["overlays", "maps", "masks"]

  package static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }

  static func requireFolder(_ path: String) throws {
    guard !isFolder(path) else { return }
    let exists = FileManager.default.fileExists(atPath: path)
    throw InspectionError(
      path, found: exists ? "a file, not a folder" : "there is no such folder",
      remedy: "give a folder of images, elpv:mono, elpv:poly, or one class as in fashion-mnist:0",
      isUsage: true)
  }

  /// Names of the folders in `folder`, sorted, but for those that systems leave.
  ///
  /// - Throws: ``InspectionError`` where it cannot be read.
  package static func subfolders(_ folder: String) throws -> [String] {
    try entries(folder).names.filter { !isSystems($0) && isFolder("\(folder)/\($0)") }
  }

  /// Paths of the image files in `folder` and below, relative to it, sorted.
  ///
  /// - Parameter excluded: folders below that are left out, and are told of where a link leads to one.
  /// - Throws: ``InspectionError`` that names the folder which cannot be read.
  package static func images(in folder: String, without excluded: [String] = []) throws -> [String]
  {
    try listing(of: folder, without: excluded).images
  }

  /// The image files in `folder` and below, and what else is there.
  ///
  /// Links are followed, each to a place once. Results of an earlier run are no images: no folder below that holds a
  /// `predictions.jsonl` is looked into, and where the folder itself does, what was drawn there is left out.
  ///
  /// - Parameter excluded: folders below that are left out, and are told of where a link leads to one.
  /// - Throws: ``InspectionError`` that names the folder which cannot be read.
  package static func listing(of folder: String, without excluded: [String] = []) throws
    -> ImageListing
  {
    var walk = Walk(root: folder, excluded: excluded)
    return try walk.run()
  }

  /// The path without links; as it is where it leads nowhere.
  fileprivate static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  fileprivate static func isSystems(_ name: String) -> Bool {
    name.hasPrefix(".") || systemFolders.contains(name.lowercased())
  }

  /// The names in a folder, sorted, and how many of them are not in UTF-8, as they could be shown.
  fileprivate static func entries(_ folder: String) throws -> (names: [String], garbled: [String]) {
    guard let directory = opendir(folder) else {
      throw InspectionError(
        folder, found: "it cannot be read (\(String(cString: strerror(errno))))",
        remedy: "check its permissions")
    }
    defer { closedir(directory) }
    var names: [String] = []
    var garbled: [String] = []
    while let entry = readdir(directory) {
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if bytes == [46] || bytes == [46, 46] { continue }
      if let name = String(validating: bytes, as: UTF8.self) {
        names.append(name)
      } else {
        garbled.append(String(decoding: bytes, as: UTF8.self))
      }
    }
    return (names.sorted(), garbled.sorted())
  }

  /// A file by what it is, not by its name.
  struct FileStatus {
    struct ID: Hashable {
      let device: UInt64
      let number: UInt64
    }

    let id: ID
    let isFolder: Bool
    let isRegular: Bool

    /// Nil where there is none, as at the end of a broken link.
    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      id = ID(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
      isFolder = status.st_mode & S_IFMT == S_IFDIR
      isRegular = status.st_mode & S_IFMT == S_IFREG
    }

    static func isLink(_ path: String) -> Bool {
      var status = stat()
      return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
  }

  private struct Walk {
    let root: String
    let excluded: Set<FileStatus.ID>
    /// Of the excluded folders, without links and with a slash behind, but for those that hold the root.
    private let excludedPaths: [String]
    private var visited: Set<FileStatus.ID> = []
    private var linkedFolders: [(name: String, id: FileStatus.ID)] = []
    private var linkedFiles: [(name: String, id: FileStatus.ID)] = []
    private var found: Set<FileStatus.ID> = []
    /// Whether a folder was come upon that had been read before.
    private var metAgain = false
    private var listing: ImageListing

    init(root: String, excluded: [String]) {
      self.root = root
      self.excluded = Set(excluded.compactMap { FileStatus($0)?.id })
      let resolved = ImageFolder.resolved(root) + "/"
      excludedPaths = excluded.map { ImageFolder.resolved($0) + "/" }
        .filter { !resolved.hasPrefix($0) }
      listing = ImageListing(folder: root)
    }

    mutating func run() throws -> ImageListing {
      if let id = FileStatus(root)?.id { visited.insert(id) }
      try enter("")
      // Whatever has a place of its own is found there; links come after, and what they lead to may hold more of them.
      while !linkedFolders.isEmpty {
        let (name, id) = linkedFolders.removeFirst()
        guard visited.insert(id).inserted else {
          listing.repeated.append(name)
          continue
        }
        let (images, links) = (listing.images.count, linkedFolders.count + linkedFiles.count)
        metAgain = false
        try enter(name)
        // A folder further up holds nothing but what was read on the way down.
        let isNew = listing.images.count > images || linkedFolders.count + linkedFiles.count > links
        if metAgain, !isNew { listing.repeated.append(name) }
      }
      for (name, id) in linkedFiles.sorted(by: { $0.name < $1.name }) {
        if found.insert(id).inserted {
          listing.images.append(name)
        } else {
          listing.repeated.append(name)
        }
      }
      listing.images.sort()
      return listing
    }

    private mutating func enter(_ folder: String) throws {
      let path = folder.isEmpty ? root : "\(root)/\(folder)"
      let (names, garbled) = try ImageFolder.entries(path)
      let holdsResults = names.contains("predictions.jsonl")
      if holdsResults, !folder.isEmpty {
        listing.results.append(folder)
        return
      }
      let below = { (name: String) in folder.isEmpty ? name : "\(folder)/\(name)" }
      listing.garbled += garbled.map(below)
      for name in names where !ImageFolder.isSystems(name) {
        try take(below(name), name, isDrawn: holdsResults && ImageFolder.drawn.contains(name))
      }
    }

    private mutating func take(_ name: String, _ last: String, isDrawn: Bool) throws {
      let path = "\(root)/\(name)"
      let ending = last.fileExtension.lowercased()
      let isImage = ImageFolder.extensions.contains(ending)
      guard let status = FileStatus(path) else {
        if isImage { listing.broken.append(name) }
        return
      }
      guard !status.isFolder else {
        if excluded.contains(status.id) {
          if FileStatus.isLink(path) { listing.repeated.append(name) }
        } else if isDrawn {
          listing.results.append(name)
        } else if FileStatus.isLink(path) {
          linkedFolders.append((name, status.id))
        } else if visited.insert(status.id).inserted {
          try enter(name)
        } else {
          metAgain = true
        }
        return
      }
      if ImageFolder.unreadExtensions.contains(ending) {
        listing.unread.append(name)
      } else if ending.isEmpty {
        listing.nameless.append(name)
      } else if isImage, !status.isRegular {
        listing.broken.append(name)
      } else if isImage, FileStatus.isLink(path) {
        let target = excludedPaths.isEmpty ? "" : ImageFolder.resolved(path)
        if excludedPaths.contains(where: target.hasPrefix) {
          listing.repeated.append(name)
        } else {
          linkedFiles.append((name, status.id))
        }
      } else if isImage {
        found.insert(status.id)
        listing.images.append(name)
      }
    }
  }
}

/// What lies in a folder and below it, by names relative to it.
package struct ImageListing: Sendable {
  package let folder: String
  /// Image files, sorted.
  package fileprivate(set) var images: [String] = []
  /// Pictures in formats that are not read.
  fileprivate(set) var unread: [String] = []
  /// Files without an ending, whatever they are.
  fileprivate(set) var nameless: [String] = []
  /// Folders that an earlier run wrote.
  fileprivate(set) var results: [String] = []
  /// Links to what is read already, here or as another part of a data set; a folder that holds itself would repeat it for ever.
  fileprivate(set) var repeated: [String] = []
  /// Links that lead nowhere, and what is neither file nor folder.
  fileprivate(set) var broken: [String] = []
  /// Names that are not in UTF-8, as they could be shown.
  fileprivate(set) var garbled: [String] = []

  /// What a person would want to know of the files that are no images.
  package var remarks: [Remark] {
    var remarks: [Remark] = []
    if !unread.isEmpty {
      remarks.append(
        .doubt(
          "\(folder): \(unread.count) \(unread.count == 1 ? "file" : "files") in formats that are not read"
            + " (\(formats)) left out; convert them to PNG"))
    }
    if !results.isEmpty {
      remarks.append(.fact("\(folder): results of an earlier run left out: \(Self.some(results))"))
    }
    if !repeated.isEmpty {
      remarks.append(
        .doubt(
          "\(folder): \(repeated.count) \(repeated.count == 1 ? "link leads" : "links lead") to what is read"
            + " already (\(Self.some(repeated))): left out"))
    }
    if !broken.isEmpty {
      remarks.append(
        .doubt(
          "\(folder): \(broken.count) \(broken.count == 1 ? "link leads" : "links lead") nowhere, or to no file"
            + " (\(Self.some(broken))): left out; mend or remove them"))
    }
    if !garbled.isEmpty {
      remarks.append(
        .doubt(
          "\(folder): \(garbled.count) \(garbled.count == 1 ? "name is" : "names are") not in UTF-8"
            + " (\(Self.some(garbled))): left out; rename them"))
    }
    return remarks
  }

  /// `gif 2, ppm 1`.
  var formats: String {
    let counts = Dictionary(grouping: unread) { $0.fileExtension.lowercased() }
    return counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.count)" }
      .joined(separator: ", ")
  }

  /// The first few of many names.
  static func some(_ names: [String], limit: Int = 3) -> String {
    let shown = names.prefix(limit).joined(separator: ", ")
    return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
  }

  /// Where no image is there: what is, and the way out.
  package func missing(_ remedy: String) -> InspectionError {
    let others = [
      (
        unread.count, "in formats that are not read (\(formats))",
        "convert them to PNG, JPEG, TIFF, WebP or BMP"
      ),
      (
        garbled.count, "whose names are not in UTF-8 (\(Self.some(garbled)))",
        "rename them, as `convmv -f latin1 -t utf8 --notest` does"
      ),
      (broken.count, "links that lead nowhere (\(Self.some(broken)))", "mend them"),
      (
        nameless.count, "without an ending (\(Self.some(nameless)))",
        "if they are images, give their names one, such as .png"
      ),
    ].filter { $0.0 > 0 }
    guard !others.isEmpty else {
      return InspectionError(folder, found: "no images in it", remedy: remedy)
    }
    let told = others.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    return InspectionError(
      folder, found: "no images in it but \(told)",
      remedy: others.map(\.2).joined(separator: "; "))
  }

  /// How many images lie in each folder directly below, in order of name; those that lie loose come first, as `.`.
  func counts(of names: [String]) -> [(folder: String, count: Int)] {
    let groups = Dictionary(grouping: names) { name in
      name.firstIndex(of: "/").map { String(name[..<$0]) } ?? "."
    }
    return groups.map { ($0.key, $0.value.count) }
      .sorted { ($0.folder == "." ? "" : $0.folder) < ($1.folder == "." ? "" : $1.folder) }
  }
}
