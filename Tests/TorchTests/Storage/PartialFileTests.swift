import Fixtures
import Foundation
import Testing
import Torch

@Suite struct PartialFileTests {
  @Test func growsOverSeveralRuns() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.part"
      try PartialFile(path).append([1, 2] as [UInt8])
      let file = try PartialFile(path)
      #expect(file.count == 2)
      try file.append(Data([3]))
      try file.move(to: "\(folder)/a")
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/a")) == Data([1, 2, 3]))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }

  @Test func startsAnew() throws {
    try withTemporaryFolder { folder in
      let file = try PartialFile("\(folder)/a.part")
      try file.append([1, 2, 3] as [UInt8])
      try file.clear()
      try file.append([4] as [UInt8])
      #expect(file.count == 1)
      #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == Data([4]))
    }
  }

  @Test func belongsToOne() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.part"
      let file = try PartialFile(path)
      let error = #expect(throws: StorageError.self) { try PartialFile(path) }
      #expect(error?.file == path && error?.found.contains("another process") == true)
      // Once it has its name, a new one can begin.
      try file.move(to: "\(folder)/a")
      #expect(try PartialFile(path).count == 0)
    }
  }

  @Test func noPlaceForIt() throws {
    #expect(throws: StorageError.self) { try PartialFile("/nowhere/a.part") }
    try withTemporaryFolder { folder in
      #expect(throws: StorageError.self) { try PartialFile(folder) }
    }
  }
}
