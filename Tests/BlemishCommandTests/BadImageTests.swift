import Blemish
import Foundation
import Testing

/// Images that cannot be judged, among others that can.
@Suite struct BadImageTests {
  /// What is wrong with a file, and what its line must say.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let words: [String]
    let make: @Sendable (String) throws -> Void
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "truncated.png", words: ["truncated", "copy it again"]) { path in
      try Workshop.texture(seed: 1).pngData().prefix(3000).write(to: URL(fileURLWithPath: path))
    },
    Case(name: "empty.jpg", words: ["empty (0 bytes)", "copy it again"]) { path in
      try Data().write(to: URL(fileURLWithPath: path))
    },
    Case(name: "text.bmp", words: ["no known image", "convert it to PNG"]) { path in
      try Data("no picture".utf8).write(to: URL(fileURLWithPath: path))
    },
    Case(name: "huge.png", words: ["100000 x 100000", "at most"]) { path in
      try hugeHeader().write(to: URL(fileURLWithPath: path))
    },
    Case(name: "small.png", words: ["31 x 31", "at least 32"]) { path in
      try Workshop.texture(seed: 1, side: 31).writePNG(to: path)
    },
  ]

  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  @Test(arguments: cases) func alone(_ bad: Case) throws {
    try workshop.withFolder { folder in
      let path = "\(folder)/\(bad.name)"
      try bad.make(path)
      let outcome = try workshop.run([
        "predict", "--model", workshop.model, "--out", "\(folder)/results",
        path,
      ])
      #expect(outcome.status == 1 && !outcome.wasKilled)
      #expect(outcome.complaints.count == 1, "\(outcome.errors)")
      for word in [path] + bad.words {
        #expect(outcome.complaints.first?.contains(word) == true, "\(outcome.errors)")
      }
      #expect(outcome.lines.last?.hasSuffix("; 1 of 1 images could not be judged") == true)
    }
  }

  @Test func theRestIsJudged() throws {
    try workshop.withFolder { folder in
      let images = "\(folder)/images"
      try FileManager.default.createDirectory(
        atPath: images, withIntermediateDirectories: true)
      for bad in Self.cases { try bad.make("\(images)/\(bad.name)") }
      for number in 0..<3 {
        try Workshop.write(Workshop.texture(seed: number), to: "\(images)/good/\(number).png")
      }
      let results = "\(folder)/results"
      let outcome = try workshop.run([
        "predict", "--model", workshop.model, "--out", results, images, "--json",
      ])
      #expect(outcome.status == 1)
      #expect(outcome.lines.last == "error: 5 of 8 images could not be judged")
      #expect(outcome.complaints.count == 6)
      for bad in Self.cases {
        #expect(outcome.complaints.count { $0.contains("\(images)/\(bad.name)") } == 1)
      }
      let written = try Data(contentsOf: URL(fileURLWithPath: "\(results)/predictions.jsonl"))
      #expect(outcome.output == written)
      let records = try PredictionLine.all(in: written)
      #expect(records.count == 8)
      for record in records {
        let isBad = !record.path.contains("/good/")
        #expect((record.error != nil) == isBad)
        #expect((record.score == nil) == isBad)
        if isBad { #expect(record.error?.contains(record.path) == true) }
      }
    }
  }

  /// A PNG that claims to have 100,000 x 100,000 pixels.
  private static func hugeHeader() throws -> Data {
    var bytes = Array(try Workshop.texture(seed: 1).pngData())
    let side: [UInt8] = [0x00, 0x01, 0x86, 0xa0]
    bytes.replaceSubrange(16..<24, with: side + side)
    // The checksum of the header follows it; without the right one the file would be corrupt, not large.
    var crc: UInt32 = 0xffff_ffff
    for byte in bytes[12..<29] {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }
    crc = ~crc
    bytes.replaceSubrange(
      29..<33, with: (0..<4).map { UInt8(truncatingIfNeeded: crc >> (24 - 8 * $0)) })
    return Data(bytes)
  }
}
