import Datasets
import Fixtures
import Foundation
import Inspection
import Testing

@Suite struct DatasetRegistryTests {
  /// A layout of somebody else: the good images are named in a file.
  private static let listed = DatasetLayout("listed") { location, _ in
    guard let text = try? String(contentsOfFile: "\(location)/good.txt", encoding: .utf8) else {
      return nil
    }
    let names = text.split(separator: "\n").map(String.init)
    return Dataset(
      name: "listed",
      training: names.map { Sample(path: "\(location)/\($0)", name: $0, label: .good) }, test: [])
  }

  @Test func aLayoutCanBeAdded() throws {
    try withTemporaryFolder { folder in
      try write("a.png\n", to: "\(folder)/good.txt")
      try write("", to: "\(folder)/a.png")
      try write("", to: "\(folder)/b.png")
      let standard = DatasetRegistry.standard
      let extended = DatasetRegistry([Self.listed] + standard.layouts)
      #expect(try extended.open(folder, home: folder).training.map(\.name) == ["a.png"])
      #expect(
        try Dataset.open(folder, home: folder, registry: extended).training.map(\.name)
          == ["a.png"])
      #expect(try standard.open(folder, home: folder).training.map(\.name) == ["a.png", "b.png"])
    }
  }

  @Test func aFolderOfNoLayoutIsAnError() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: InspectionError.self) {
        try DatasetRegistry([Self.listed]).open(folder, home: folder)
      }
      #expect(error?.subject == folder)
      #expect(error?.remedy.contains("listed") == true)
    }
  }
}
