import Fixtures
import Foundation
import Imaging
import Testing
import Torch

@Suite struct BadInputTests {
  let fixture: DecodingFixture

  init() throws { fixture = try DecodingFixture.shared.get() }

  private func failure(_ bytes: [UInt8], limits: ImageLimits = ImageLimits()) throws -> ImageError {
    try #require(throws: ImageError.self) {
      try Image.decode(bytes, limits: limits, name: "part 7.png")
    }
  }

  @Test(arguments: [
    "rgb8.png", "interlaced_rgb8.png", "rgb_420.jpg", "progressive.jpg", "cmyk.jpg", "rgb_raw.tif",
    "rgb_tiff_lzw.tif", "tiled_rgb_deflate.tif", "lossy.webp", "lossless.webp", "rgb24.bmp",
    "rle8.bmp",
  ])
  func aTruncatedFileIsNamed(_ name: String) throws {
    let whole = try fixture.file(name)
    for count in [whole.count / 4, whole.count / 2, whole.count * 9 / 10] {
      let error = try failure(Array(whole[..<count]))
      #expect(error.kind == .truncated, "\(error)")
      #expect(error.description.hasPrefix("part 7.png: truncated "), "\(error)")
      #expect(error.description.contains("the file ends after \(count) bytes"), "\(error)")
      #expect(error.description.hasSuffix("copy it again from its source"), "\(error)")
    }
  }

  @Test(arguments: DecodingFixture.names)
  func everyLengthOfEveryFileIsSafe(_ name: String) throws {
    let whole = try fixture.file(name)
    for count in stride(from: 0, to: whole.count, by: 7) {
      // A picture (only padding is missing) or an error; the process has to live.
      _ = Result { try Image.decode(Array(whole[..<count])) }
    }
  }

  @Test(arguments: DecodingFixture.names)
  func everyFlippedByteIsSafe(_ name: String) throws {
    let whole = try fixture.file(name)
    for place in stride(from: 0, to: whole.count, by: 5) {
      var bytes = whole
      bytes[place] ^= 0xFF
      _ = Result { try Image.decode(bytes, limits: ImageLimits(maximumPixels: 1 << 20)) }
    }
  }

  @Test func emptyFile() throws {
    #expect(try failure([]).kind == .empty)
    try withTemporaryFolder { folder in
      let path = folder + "/empty.png"
      try AtomicFile.write([UInt8](), to: path)
      let error = try #require(throws: ImageError.self) { try Image(contentsOf: path) }
      #expect(
        error.description
          == "\(path): the file is empty (0 bytes); expected a PNG, JPEG, TIFF, WebP or BMP image; "
          + "copy it again from its source")
    }
  }

  @Test func textNamedPNG() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/notes.png"
      try AtomicFile.write("good,bad,ugly\n", to: path)
      let error = try #require(throws: ImageError.self) { try Image(contentsOf: path) }
      #expect(
        error.description
          == "\(path): the content is no known image (it begins with the text \"good,bad,ugl\"); "
          + "expected a PNG, JPEG, TIFF, WebP or BMP image; convert it to PNG or leave it out")
    }
  }

  @Test func missingFileAndFolder() throws {
    let missing = try #require(throws: ImageError.self) { try Image(contentsOf: "/no/such/a.png") }
    #expect(missing.kind == .missing)
    #expect(
      missing.description
        == "/no/such/a.png: no such file; expected a PNG, JPEG, TIFF, WebP or BMP image; check the path"
    )
    let folder = try #require(throws: ImageError.self) { try Image(contentsOf: "/tmp") }
    #expect(folder.kind == .unreadable && folder.found == "a folder")
  }

  @Test func anEnormousHeaderIsRefusedBeforeMemoryIsTaken() throws {
    // Width and height of the header, with its checksum made right again.
    var png = try fixture.file("rgb8.png")
    png.replaceSubrange(16..<24, with: [0x00, 0x01, 0x86, 0xA0, 0x00, 0x01, 0x86, 0xA0])
    png.replaceSubrange(29..<33, with: crc32(png[12..<29]))
    let error = try failure(png)
    #expect(
      error.description
        == "part 7.png: the header says 100000 x 100000 pixels; expected at most 178956970 in all; "
        + "crop it, cut it into tiles, or make it smaller")

    var bitmap = try fixture.file("rgb24.bmp")
    bitmap.replaceSubrange(18..<26, with: [0xA0, 0x86, 0x01, 0x00, 0xA0, 0x86, 0x01, 0x00])
    #expect(try failure(bitmap).kind == .tooLarge)

    let whole = try fixture.file("rgb_420.jpg")
    let small = try failure(whole, limits: ImageLimits(maximumPixels: 33 * 25 - 1))
    #expect(small.kind == .tooLarge && small.expected == "at most 824 in all")
    #expect(try Image.decode(whole, limits: ImageLimits(maximumPixels: 33 * 25)).width == 33)
  }

  @Test func aFileAboveTheByteLimitIsNotRead() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.png"
      let bytes = try fixture.file("rgb8.png")
      try AtomicFile.write(bytes, to: path)
      let error = try #require(throws: ImageError.self) {
        try Image(contentsOf: path, limits: ImageLimits(maximumFileSize: 100))
      }
      #expect(error.kind == .tooLarge && error.found == "the file has \(bytes.count) bytes")
    }
  }

  @Test func corruptChunks() throws {
    var png = try fixture.file("rgb8.png")
    png[20] ^= 1
    let header = try failure(png)
    #expect(header.kind == .corrupt)
    #expect(header.description.hasPrefix("part 7.png: corrupt PNG (IHDR: CRC error)"), "\(header)")

    png = try fixture.file("rgb8.png")
    png[png.count / 2] ^= 0xFF
    #expect(try failure(png).kind == .corrupt)

    var lossless = try fixture.file("lossless.webp")
    lossless[20] ^= 0xFF
    #expect(try failure(lossless).kind == .corrupt)
  }

  @Test func aRepairedJPEGSaysSo() throws {
    var bytes = try fixture.file("rgb_444.jpg")
    // An end marker in the middle of the entropy data: libjpeg fills the rest with gray.
    bytes.replaceSubrange((bytes.count * 3 / 4)..., with: [0xFF, 0xD9])
    let image = try Image.decode(bytes)
    #expect(image.warning == "Corrupt JPEG data: premature end of data segment")
  }

  private func crc32(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var sum: UInt32 = .max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return withUnsafeBytes(of: (~sum).bigEndian) { Array($0) }
  }
}
