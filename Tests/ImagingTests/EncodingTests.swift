import Fixtures
import Foundation
import Imaging
import Testing
import Torch

@Suite struct EncodingTests {
  let fixture: DecodingFixture

  init() throws { fixture = try DecodingFixture.shared.get() }

  /// The decoder is held against Pillow elsewhere; what it reads back here is what was written.
  @Test(arguments: ["gray8.png", "rgb8.png", "rgba8.png", "gray16.png"], [0, 3, 9])
  func pngGivesEverySampleBack(_ name: String, _ level: Int) throws {
    let image = try Image.decode(fixture.file(name))
    let data = try image.pngData(level: level)
    let again = try data.withUnsafeBytes { try Image.decode($0) }
    #expect(again.depth == image.depth && again.channels == image.channels)
    #expect(image.withUnsafeBytes { a in again.withUnsafeBytes { a.elementsEqual($0) } })
  }

  @Test(arguments: ["gray8.png", "rgb8.png"])
  func jpegIsNear(_ name: String) throws {
    let image = try Image.decode(fixture.file("lossy.webp")).resized(width: 64, height: 48)
    let fine = try image.jpegData(quality: 98)
    let coarse = try image.jpegData(quality: 10)
    #expect(coarse.count < fine.count / 2)
    let again = try fine.withUnsafeBytes { try Image.decode($0) }
    let errors = zip(again.samples(of: UInt8.self), image.samples(of: UInt8.self)).map {
      abs(Int($0) - Int($1))
    }
    #expect(errors.reduce(0, +) < 4 * errors.count)
  }

  @Test func whatAFormatCannotHoldIsSaid() throws {
    let alpha = try Image.decode(fixture.file("rgba8.png"))
    let error = try #require(throws: ImageError.self) { try alpha.jpegData() }
    #expect(error.kind == .unwritable && error.remedy.contains("rgb()"))
    let deep = try Image.decode(fixture.file("rgb16.png"))
    #expect(throws: ImageError.self) { try deep.pngData() }
  }

  @Test func filesAppearWholeOrNotAtAll() throws {
    let image = try Image.decode(fixture.file("rgb8.png"))
    try withTemporaryFolder { folder in
      try image.writePNG(to: folder + "/a.png")
      #expect(try Image(contentsOf: folder + "/a.png").samples(of: UInt8.self) == image.samples())
      #expect(throws: StorageError.self) { try image.writePNG(to: folder + "/none/a.png") }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.png"])
    }
  }
}
