import Fixtures
import Foundation
import Testing
import Torch

@Suite struct AtomicFileTests {
  @Test func writesAndReplaces() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.json"
      try AtomicFile.write("one", to: path)
      try AtomicFile.write([UInt8]("größer".utf8), to: path)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "größer")
      try AtomicFile.write(to: path) { file in
        try file.append([1, 2] as [UInt8])
        try file.append([] as [UInt8])
        try file.append(Data([3]))
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.json"])
    }
  }

  @Test func aFailureLeavesTheOldFileAndNothingElse() throws {
    struct Interruption: Error {}
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.json"
      try AtomicFile.write("old", to: path)
      #expect(throws: Interruption.self) {
        try AtomicFile.write(to: path) { file in
          try file.append([1, 2] as [UInt8])
          throw Interruption()
        }
      }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.json"])
    }
  }

  @Test func linksStay() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("old", to: "\(folder)/target")
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/link", withDestinationPath: "target")
      try AtomicFile.write("new", to: "\(folder)/link")
      #expect(try String(contentsOfFile: "\(folder)/target", encoding: .utf8) == "new")
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/link") == "target")
    }
  }

  @Test(arguments: ["ö", "🇮🇸", "👩🏽‍🚀"]) func longNamesFit(_ letter: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/\(String(repeating: letter, count: 240 / letter.utf8.count)).json"
      try AtomicFile.write("text", to: path)
      #expect(FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func placesThatCannotBeWrittenAreNamed() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("text", to: "\(folder)/file")
      for (path, mention) in [
        ("\(folder)/missing/a", "No such file"), ("\(folder)/file/a", "Not a directory"),
        (folder, "a folder"), ("/dev/null", "not a regular file"), ("", "No such file"),
      ] {
        let error = #expect(throws: StorageError.self) { try AtomicFile.write("text", to: path) }
        #expect(error?.file == path)
        #expect(error?.found.contains(mention) == true, "\(error?.description ?? "")")
      }
    }
  }

  @Test func manyWritersLeaveOneWholeFile() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appending(path: "a").path
    try await withThrowingTaskGroup { group in
      for writer in 0..<16 {
        group.addTask {
          try AtomicFile.write([UInt8](repeating: UInt8(writer), count: 100_000), to: path)
        }
      }
      try await group.waitForAll()
    }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(bytes.count == 100_000)
    #expect(Set(bytes).count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
    try FileManager.default.removeItem(at: folder)
  }
}
