import Fixtures
import Foundation
import Testing
import Torch

/// Zip files that Python has written: `deflated.pth` packs what `state.pth` stores.
@Suite struct ZipFileTests {
  private static func path(_ name: String) -> String {
    Fixture.path("Storage/\(name)", beside: #filePath)
  }

  @Test func unpacksWhatIsDeflatedAndWhatIsStored() throws {
    try withTemporaryFolder { folder in
      let stored = try #require(try ZipFile(Self.path("state.pth")))
      let deflated = try #require(try ZipFile(Self.path("deflated.pth")))
      #expect(deflated.names == stored.names && deflated.names.count > 5)
      for name in stored.names {
        try stored.unpack(name, to: "\(folder)/stored")
        try deflated.unpack(name, to: "\(folder)/deflated")
        let expected = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/stored"))
        let unpacked = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/deflated"))
        #expect(unpacked == expected && !expected.isEmpty, "\(name)")
      }
    }
  }

  @Test func whatIsNoZipFile() throws {
    let legacy = try ZipFile(Self.path("state-legacy.pth"))
    #expect(legacy == nil)
    #expect(throws: StorageError.self) { try ZipFile("/none") }
    let archive = try #require(try ZipFile(Self.path("deflated.pth")))
    try withTemporaryFolder { folder in
      #expect(throws: StorageError.self) { try archive.unpack("none", to: "\(folder)/a") }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.isEmpty)
    }
  }

  /// Whatever byte is wrong, there is an error, or other contents, and never half a file.
  @Test func damageIsNoTrap() throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.path("deflated.pth")))
    try withTemporaryFolder { folder in
      for place in stride(from: 0, to: bytes.count, by: 97) {
        var damaged = bytes
        damaged[place] ^= 0xff
        try damaged.write(to: URL(fileURLWithPath: "\(folder)/a.zip"))
        do {
          let archive = try ZipFile("\(folder)/a.zip")
          if let name = archive?.names.first { try archive?.unpack(name, to: "\(folder)/b") }
        } catch is StorageError {}
      }
    }
  }
}
