import Backbones
import Datasets
import Fixtures
import Foundation
import Imaging
import Inspection
import Synchronization
import Testing
import Torch

@Suite struct ImageLoaderTests {
  private static let preprocessing = ImagePreprocessing(height: 32, width: 32, colors: .imageNet)

  /// Gray pictures whose level is their number, of various sizes so that some take longer.
  private static func write(_ count: Int, to folder: String) throws -> [Sample] {
    try (0..<count).map { index in
      let side = index % 3 == 0 ? 400 : 32
      let path = "\(folder)/\(index).png"
      try Image(
        width: side, height: side, channels: 1,
        pixels: [UInt8](repeating: UInt8(index), count: side * side)
      ).writePNG(to: path)
      return Sample(path: path, name: "\(index).png", label: .good)
    }
  }

  private struct Stop: Error {}

  @Test(arguments: [1, 2, 5])
  func keepsTheOrder(_ workers: Int) throws {
    try withTemporaryFolder { folder in
      // More than may wait for their use.
      let samples = try Self.write(9 * workers, to: folder)
      var levels: [UInt8] = []
      var names: [String] = []
      try ImageLoader(Self.preprocessing, workers: workers).forEach(samples) { index, result in
        let image = try result.get()
        #expect(index == levels.count)
        levels.append(image.resized.array(of: UInt8.self)[0])
        names.append(image.sample.name)
        #expect(image.original.width == (index % 3 == 0 ? 400 : 32))
      }
      #expect(levels == samples.indices.map(UInt8.init))
      #expect(names == samples.map(\.name))
    }
  }

  @Test func badFilesAreHandedOverAndTheRestGoesOn() throws {
    try withTemporaryFolder { folder in
      var samples = try Self.write(6, to: folder)
      try Data("no image".utf8).write(to: URL(fileURLWithPath: samples[1].path))
      samples[3] = Sample(path: "\(folder)/none.png", name: "none.png", label: .good)
      try Weave(width: 20, height: 50).picture(0).writePNG(to: samples[5].path)
      var errors: [Int: any Error] = [:]
      var loaded: [Int] = []
      try ImageLoader(Self.preprocessing).forEach(samples) { index, result in
        switch result {
        case .success: loaded.append(index)
        case .failure(let error): errors[index] = error
        }
      }
      #expect(loaded == [0, 2, 4])
      #expect((errors[1] as? ImageError)?.kind == .unknownFormat)
      #expect((errors[3] as? ImageError)?.kind == .missing)
      #expect((errors[5] as? InspectionError)?.found == "an image of 20 x 50 pixels")
      for (index, error) in errors { #expect("\(error)".contains(samples[index].path)) }
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: [0, 3])
  func aBodyThatThrowsEndsIt(_ last: Int) throws {
    try withTemporaryFolder { folder in
      let samples = try Self.write(40, to: folder)
      var seen = 0
      #expect(throws: Stop.self) {
        try ImageLoader(Self.preprocessing, workers: 2).forEach(samples) { index, _ in
          seen += 1
          if index == last { throw Stop() }
        }
      }
      #expect(seen == last + 1)
    }
  }

  /// Where the system gives no threads, whoever waits for images loads them.
  @Test(.timeLimit(.minutes(1)), arguments: [0, 1])
  func threadsThatCannotBeStarted(_ available: Int) throws {
    try withTemporaryFolder { folder in
      let samples = try Self.write(20, to: folder)
      let started = Mutex(0)
      let loader = ImageLoader(Self.preprocessing, workers: 4, byteLimit: 1 << 20) { body in
        let number = started.withLock { count in
          count += 1
          return count
        }
        guard number <= available else { return false }
        Thread.detachNewThread(body)
        return true
      }
      var levels: [UInt8] = []
      try loader.forEach(samples) { _, result in
        levels.append(try result.get().resized.array(of: UInt8.self)[0])
      }
      #expect(levels == samples.indices.map(UInt8.init))
      // The first that is refused is the last that is asked for.
      #expect(started.withLock { $0 } == available + 1)
    }
  }

  /// A thread that is started and never comes to work is not waited for.
  @Test(.timeLimit(.minutes(1)))
  func threadsThatDoNotWork() throws {
    try withTemporaryFolder { folder in
      let samples = try Self.write(9, to: folder)
      let loader = ImageLoader(Self.preprocessing, workers: 2, byteLimit: 1 << 20) { _ in true }
      var count = 0
      try loader.forEach(samples) { _, _ in count += 1 }
      #expect(count == 9)
    }
  }

  /// A file that never ends being read, as on a disk that has gone away, does not keep an interruption from being seen.
  @Test(.timeLimit(.minutes(1)))
  func aWaitLooksAtTheInterruption() throws {
    try withTemporaryFolder { folder in
      let samples = try Self.write(2, to: folder)
      let asked = Mutex(0)
      let loader = ImageLoader(
        Self.preprocessing, workers: 1, byteLimit: 1 << 20,
        check: {
          let count = asked.withLock { count in
            count += 1
            return count
          }
          if count >= 3 { throw Stop() }
        },
        startThread: { _ in false })
      #expect(throws: Stop.self) {
        try loader.forEach(samples + samples + samples) { _, _ in }
      }
      #expect(asked.withLock { $0 } == 3)
    }
  }

  /// Images that take more than may wait come one by one.
  @Test(.timeLimit(.minutes(1)), arguments: [1, 100_000, 1 << 30])
  func memoryIsBounded(_ byteLimit: Int) throws {
    try withTemporaryFolder { folder in
      let samples = try Self.write(30, to: folder)
      let loader = ImageLoader(Self.preprocessing, workers: 3, byteLimit: byteLimit) { body in
        Thread.detachNewThread(body)
        return true
      }
      var names: [String] = []
      try loader.forEach(samples) { _, result in names.append(try result.get().sample.name) }
      #expect(names == samples.map(\.name))
    }
  }

  @Test func hiddenColorsAreComposed() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/alpha.png"
      let hidden = (0..<1600).flatMap { _ in [200, 90, 9, 0] as [UInt8] }
      try Image(width: 40, height: 40, channels: 4, pixels: hidden).writePNG(to: path)
      let image = try ImageLoader(Self.preprocessing)
        .load(Sample(path: path, name: "alpha.png", label: .good))
      #expect(image.original.channels == 3)
      #expect(image.original.samples(of: UInt8.self).allSatisfy { $0 == 0 })
    }
  }

  /// A picture and its mask are both turned, whichever of them has the tag.
  @Test func imagesAndMasksAreTurned() throws {
    try withTemporaryFolder { folder in
      // On its side, as a phone saves a picture that was taken upright: 6 has to be turned clockwise.
      let stored = Image(
        width: 50, height: 40, channels: 1, pixels: (0..<2000).map { UInt8($0 % 50) })
      let paths = (0..<2).map { "\(folder)/\($0).png" }
      for path in paths {
        try Data(Self.tagged(stored, orientation: 6)).write(to: URL(fileURLWithPath: path))
      }
      let sample = Sample(
        path: paths[0], name: "0.png", label: .defective(kind: "cut"), maskPaths: [paths[1]])
      let image = try ImageLoader(Self.preprocessing).load(sample).original
      #expect(image.width == 40 && image.height == 50)
      // Each row has one level then.
      #expect(image.samples(of: UInt8.self) == (0..<2000).map { UInt8($0 / 40) })
      let mask = try #require(try sample.mask())
      #expect(mask.width == 40 && mask.height == 50)
      #expect(mask.samples(of: UInt8.self) == (0..<2000).map { $0 < 40 ? 0 : 255 })
    }
  }

  /// A PNG with an EXIF block behind its header.
  private static func tagged(_ image: Image, orientation: UInt8) throws -> [UInt8] {
    let exif: [UInt8] =
      Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
      + [0, 0, 0, 0]
    let content = Array("eXIf".utf8) + exif
    var crc: UInt32 = 0xffff_ffff
    for byte in content {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }
    let checksum = (0..<4).map { UInt8(truncatingIfNeeded: ~crc >> (24 - 8 * UInt32($0))) }
    var bytes = Array(try image.pngData())
    bytes.insert(contentsOf: [0, 0, 0, UInt8(exif.count)] + content + checksum, at: 33)
    return bytes
  }

  @Test func nothingToLoad() throws {
    try ImageLoader(Self.preprocessing).forEach([]) { _, _ in Issue.record("there is no image") }
  }

  @Test func trainingImagesComeInBatches() throws {
    try withTemporaryFolder { folder in
      let samples = try Self.write(7, to: folder)
      let loader = ImageLoader(Self.preprocessing)
      let images = SampleImages(samples, loader: loader)
      #expect(images.count == 7)
      #expect(images.height == 32 && images.width == 32)
      var ranges: [Range<Int>] = []
      try images.forEachBatch(of: 3) { range, batch in
        ranges.append(range)
        #expect(batch.shape == [range.count, 3, 32, 32])
        for (place, index) in range.enumerated() {
          let single = Self.preprocessing.normalize(try loader.load(samples[index]).resized)
          #expect(batch[place].array(of: Float.self) == single.array(of: Float.self))
        }
      }
      #expect(ranges == [0..<3, 3..<6, 6..<7])

      try FileManager.default.removeItem(atPath: samples[4].path)
      var batches = 0
      // What was read once is kept.
      try images.forEachBatch(of: 2) { _, batch in batches += batch.shape[0] }
      #expect(batches == 7)
      batches = 0
      let anew = SampleImages(samples, loader: ImageLoader(Self.preprocessing))
      let error = #expect(throws: ImageError.self) {
        try anew.forEachBatch(of: 2) { _, _ in batches += 1 }
      }
      #expect(error?.file == samples[4].path)
      #expect(batches == 2)
    }
  }
}
