import Foundation
import Inspection

/// The layout of MVTec AD: `train/good`, `test/good`, `test/<defect>`, `ground_truth/<defect>/<name>_mask.png`.
struct MVTecReader {
  let folder: String

  func read() throws -> Dataset {
    let good = "\(folder)/train/good"
    guard ImageFolder.isFolder(good) else {
      throw InspectionError(
        folder, found: "train/ without train/good",
        remedy: "put the good images into \(good), or give a plain folder of good images")
    }
    let training = try samples(in: "train/good", label: .good)
    guard !training.isEmpty else {
      throw InspectionError(
        good, found: "no images in it", remedy: "put the good images there (PNG, JPEG, ...)")
    }
    return Dataset(
      name: URL(fileURLWithPath: folder).lastPathComponent, training: training, test: try test())
  }

  private func test() throws -> [Sample] {
    guard ImageFolder.isFolder("\(folder)/test") else { return [] }
    return try ImageFolder.subfolders("\(folder)/test").flatMap { kind in
      try samples(in: "test/\(kind)", label: kind == "good" ? .good : .defective(kind: kind))
    }
  }

  private func samples(in subfolder: String, label: Sample.Label) throws -> [Sample] {
    try ImageFolder.images(in: "\(folder)/\(subfolder)").map { image in
      let name = "\(subfolder)/\(image)"
      var mask: String?
      if case .defective(let kind) = label {
        let stem = (image as NSString).deletingPathExtension
        let candidates = ["\(stem)_mask.png", "\(stem).png"]
        mask = candidates.map { "\(folder)/ground_truth/\(kind)/\($0)" }
          .first(where: FileManager.default.fileExists(atPath:))
      }
      return Sample(path: "\(folder)/\(name)", name: name, label: label, maskPath: mask)
    }
  }
}

extension DatasetLayout {
  /// Folders with `train/`, in the layout of MVTec AD.
  public static let mvtec = DatasetLayout("mvtec") { location, _ in
    guard ImageFolder.isFolder(location + "/train") else { return nil }
    return try MVTecReader(folder: location).read()
  }
}
