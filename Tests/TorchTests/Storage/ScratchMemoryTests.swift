import Fixtures
import Foundation
import Testing
import Torch

@Suite struct ScratchMemoryTests {
  @Test func keepsWhatIsWritten() throws {
    let before = Tensor.liveCount
    do {
      let scratch = try Tensor.scratch([3, 5, 7], dtype: .float16)
      #expect(scratch.shape == [3, 5, 7] && scratch.dtype == .float16)
      #expect(scratch.abs().max().item() == 0)
      let values = Tensor.normal([3, 5, 7], generator: Generator(seed: 1)).to(.float16)
      scratch[1..<3].copy(from: values[1..<3])
      #expect(scratch[0].abs().max().item() == 0)
      #expect(scratch[1..<3].hasBytes(of: values[1..<3]))
    }
    #expect(Tensor.liveCount == before)
  }

  @Test func leavesNoName() throws {
    let folder = FileManager.default.temporaryDirectory.path
    let scratch = try Tensor.scratch([1 << 16])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(!names.contains { $0.hasPrefix("blemish.") })
    #expect(scratch.count == 1 << 16)
  }

  @Test func moreThanTheDiskHolds() {
    #expect(throws: StorageError.self) { try Tensor.scratch([1 << 58], dtype: .uint8) }
  }

  @Test func memoryThatIsAvailable() {
    let available = Machine.availableMemory
    #expect(available > 1 << 20)
    #expect(available <= Int(ProcessInfo.processInfo.physicalMemory))
  }
}

extension Tensor {
  fileprivate func hasBytes(of other: Tensor) -> Bool {
    withUnsafeBytes { Array($0) } == other.withUnsafeBytes { Array($0) }
  }
}
