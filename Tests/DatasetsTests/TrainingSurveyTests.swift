import Backbones
import Datasets
import Fixtures
import Foundation
import Imaging
import Inspection
import Testing

@Suite struct TrainingSurveyTests {
  private static let weave = Weave(width: 96, height: 80)
  private static let preprocessing = ImagePreprocessing(height: 64, width: 64, colors: .imageNet)

  private static func survey(
    _ folder: String, levels: ClosedRange<Float>? = nil, grouping: ImageGrouping = .found
  ) throws -> TrainingSurvey {
    let samples = try Dataset.open(folder, home: folder).training
    return try TrainingSurvey(
      of: samples, name: "cloth", loader: ImageLoader(preprocessing), levels: levels,
      grouping: grouping)
  }

  private static func doubts(_ survey: TrainingSurvey) -> [String] {
    survey.remarks.filter { $0.severity == .doubt }.map(\.text)
  }

  @Test func soundImagesRaiseNoDoubt() throws {
    try withTemporaryFolder { folder in
      try Self.weave.write(0..<12, to: folder)
      let samples = try Dataset.open(folder, home: folder).training
      let survey = try Self.survey(folder)
      #expect(survey.remarks.isEmpty)
      #expect(survey.levels == nil)
      #expect(try survey.digests == samples.map { try $0.sha256() })
    }
  }

  @Test func copiesAreNamed() throws {
    try withTemporaryFolder { folder in
      // Each with a bar of its own: what differs in noise alone differs little once it is small.
      func picture(_ index: Int) -> Image {
        let weave = Weave(width: 128, height: 128).picture(index)
        var pixels = weave.samples(of: UInt8.self)
        for place in pixels.indices where place / 3 % 128 / 12 == index { pixels[place] = 20 }
        return Image(width: 128, height: 128, channels: 3, pixels: pixels)
      }
      let paths = try (0..<10).map { index in
        let path = "\(folder)/00\(index).png"
        try picture(index).writePNG(to: path)
        return path
      }
      for copy in ["x.png", "y.png"] {
        try FileManager.default.copyItem(atPath: paths[3], toPath: "\(folder)/\(copy)")
      }
      // The same picture in another file.
      try picture(5).jpegData(quality: 90)
        .write(to: URL(fileURLWithPath: "\(folder)/z.jpg"))
      try picture(6).resized(width: 96, height: 96).writePNG(to: "\(folder)/zz.png")
      let doubts = try Self.doubts(Self.survey(folder))
      try #require(doubts.count == 2, "\(doubts)")
      #expect(
        doubts[0].hasPrefix(
          "2 training images are copies of others (\(folder)/x.png of \(paths[3]), \(folder)/y.png")
      )
      #expect(doubts[0].contains("12 distinct"))
      #expect(doubts[1].hasPrefix("12 good images, but only 10 independent groups of near-equal"))
      #expect(doubts[1].contains("\(paths[5]) and \(folder)/z.jpg"))
      #expect(doubts[1].contains("\(paths[6]) and \(folder)/zz.png"))
      let survey = try Self.survey(folder)
      #expect(survey.groups == Array(0..<10) + [3, 3, 5, 6])
      let apart = try Self.doubts(Self.survey(folder, grouping: .separate))
      try #require(apart.count == 2, "\(apart)")
      #expect(apart[1].hasPrefix("2 training images look like a copy of another"))
      #expect(apart[1].contains("\(folder)/z.jpg of \(paths[5])"))
      #expect(apart[1].contains("\(folder)/zz.png of \(paths[6])"))
    }
  }

  @Test func imagesOfOneColorAreNamed() throws {
    try withTemporaryFolder { folder in
      try Self.weave.write(0..<3, to: folder)
      try Image(
        width: 40, height: 40, channels: 1, pixels: [UInt8](repeating: 128, count: 1600)
      ).writePNG(to: "\(folder)/flat.png")
      let doubts = try Self.doubts(Self.survey(folder))
      #expect(doubts.count == 1)
      #expect(
        doubts[0].hasPrefix(
          "1 of 4 training images are of one color alone (\(folder)/flat.png)"))
    }
  }

  @Test func allBrokenImagesAreNamed() throws {
    try withTemporaryFolder { folder in
      try Self.weave.write(0..<6, to: folder)
      try write("<html>", to: "\(folder)/a.png")
      try write("", to: "\(folder)/b.jpg")
      try Self.weave.picture(0).pngData().prefix(500)
        .write(to: URL(fileURLWithPath: "\(folder)/c.png"))
      try Weave(width: 20, height: 50).picture(0).writePNG(to: "\(folder)/d.png")
      let error = try #require(
        #expect(throws: InspectionError.self) { try Self.survey(folder) })
      #expect(error.found.hasPrefix("4 of 10 training images cannot be used: "))
      for words in [
        "a.png: the content", "b.jpg: the file is empty", "c.png: truncated",
        "d.png: an image of 20",
      ] {
        #expect(error.found.contains("\(folder)/\(words)"), "\(error)")
      }
      for number in 0..<30 { try write("no image", to: "\(folder)/more/\(number).png") }
      let many = #expect(throws: InspectionError.self) { try Self.survey(folder) }
      #expect(many?.found.hasSuffix("; and 14 more") == true)
    }
  }

  /// A thermal camera counts far from zero, in few steps.
  @Test func fewLevelsAreTold() throws {
    try withTemporaryFolder { folder in
      for index in 0..<4 {
        let gray = Self.weave.picture(index).gray().samples(of: UInt8.self)
        try Image(
          width: 96, height: 80, channels: 1, pixels: gray.map { UInt16($0) + 30000 }
        ).writePNG(to: "\(folder)/\(index).png")
      }
      let survey = try Self.survey(folder)
      #expect(survey.levels == nil)
      let doubt = try #require(Self.doubts(survey).first { $0.contains("--levels 30") })
      #expect(doubt.contains("of 0 to 65535 alone"))
      let given = try Self.survey(folder, levels: 30000...30255)
      #expect(!Self.doubts(given).contains { $0.contains("--levels") })
    }
  }

  /// A camera of 12 bits.
  @Test func levelsAreFound() throws {
    try withTemporaryFolder { folder in
      for index in 0..<4 {
        let gray = Self.weave.picture(index).gray().samples(of: UInt8.self)
        try Image(
          width: 96, height: 80, channels: 1, pixels: gray.map { UInt16($0) * 16 }
        ).writePNG(to: "\(folder)/\(index).png")
      }
      let survey = try Self.survey(folder)
      #expect(survey.levels == 0...4095)
      #expect(
        survey.remarks.map(\.text).first?.contains("levels 0 to 4095 of its 16-bit images") == true)
      #expect(try Self.survey(folder, levels: 0...1000).levels == 0...1000)
      try Self.weave.write(5..<6, to: folder)
      #expect(try Self.doubts(Self.survey(folder)).first?.contains("are mixed") == true)
    }
  }
}
