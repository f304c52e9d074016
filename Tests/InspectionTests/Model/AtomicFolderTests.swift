import Fixtures
import Foundation
import Inspection
import Testing
import Torch

@Suite struct AtomicFolderTests {
  private struct Stop: Error {}

  private static func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  private static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test(arguments: ["new", "new/", "deep/er/new", "./new"])
  func appearsAsAWhole(_ name: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/\(name)"
      try AtomicFolder.write(to: path, replacing: { _ in false }) { temporary in
        #expect(!FileManager.default.fileExists(atPath: path))
        try write("a", to: "\(temporary)/file")
      }
      #expect(try Self.text("\(path)/file") == "a")
      let parent = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path
      #expect(try Self.names(parent) == ["new"])
    }
  }

  @Test func replacesWhatItMay() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/model"
      try write("old", to: "\(path)/file")
      try write("old", to: "\(path)/more")
      try AtomicFolder.write(to: path, replacing: { $0 == path }) { temporary in
        try write("new", to: "\(temporary)/file")
        #expect(try Self.text("\(path)/file") == "old")
      }
      #expect(try Self.text("\(path)/file") == "new")
      #expect(try Self.names(path) == ["file"])
      #expect(try Self.names(folder) == ["model"])
    }
  }

  @Test(arguments: [true, false])
  func aFailureLeavesWhatWasThere(_ hadOne: Bool) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/model"
      if hadOne { try write("old", to: "\(path)/file") }
      #expect(throws: Stop.self) {
        try AtomicFolder.write(to: path, replacing: { _ in true }) { temporary in
          try write("new", to: "\(temporary)/file")
          throw Stop()
        }
      }
      #expect(try Self.names(folder) == (hadOne ? ["model"] : []))
      if hadOne { #expect(try Self.text("\(path)/file") == "old") }
    }
  }

  @Test func refusesWhatItMayNotReplace() throws {
    try withTemporaryFolder { folder in
      try write("mine", to: "\(folder)/photos/file")
      try write("mine", to: "\(folder)/notes")
      for name in ["photos", "notes"] {
        let error = #expect(throws: InspectionError.self) {
          try AtomicFolder.write(to: "\(folder)/\(name)", replacing: { _ in false }) { _ in
            Issue.record("nothing may be written")
          }
        }
        #expect(error?.subject == "\(folder)/\(name)")
        #expect(error?.found == "something else stands there")
        #expect(error?.isUsage == true)
      }
      #expect(try Self.text("\(folder)/photos/file") == "mine")
      #expect(try Self.names(folder) == ["notes", "photos"])
    }
  }

  @Test func aParentThatIsAFile() throws {
    try withTemporaryFolder { folder in
      try write("mine", to: "\(folder)/notes")
      let error = #expect(throws: InspectionError.self) {
        try AtomicFolder.write(to: "\(folder)/notes/model", replacing: { _ in true }) { _ in }
      }
      #expect(error?.subject == "\(folder)/notes")
      #expect(error?.description.contains("\n") == false)
      #expect(try Self.text("\(folder)/notes") == "mine")
    }
  }

  /// What a killed process has left goes; what a living one is at, and what others have named, stays.
  @Test func sweepsUpAfterTheDead() throws {
    try withTemporaryFolder { folder in
      let mine = [".model.tmp", ".model.x.tmp", "model.0abcdefghijkl.tmp", ".a.0ABCDEFGHIJKL.tmp"]
      for name in mine { try write("mine", to: "\(folder)/\(name)") }
      try write("dead", to: "\(folder)/.model.0abcdefghijkl.tmp/tensors")
      try write("dead", to: "\(folder)/.other.json.3w5e11264sgsf.tmp")
      try AtomicFolder.write(to: "\(folder)/model", replacing: { _ in false }) { living in
        try AtomicFolder.write(to: "\(folder)/second", replacing: { _ in false }) { _ in }
        Temporary.sweep(folder)
        #expect(FileManager.default.fileExists(atPath: living))
      }
      #expect(try Self.names(folder) == (mine + ["model", "second"]).sorted())
    }
  }
}
