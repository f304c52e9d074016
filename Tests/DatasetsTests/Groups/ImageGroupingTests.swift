import Backbones
import Datasets
import Fixtures
import Foundation
import Imaging
import Inspection
import Testing
import Torch

@Suite struct ImageGroupingTests {
  private static let preprocessing = ImagePreprocessing(height: 32, width: 32, colors: .imageNet)

  /// Reads the pictures of a fixture, written as files `take0_0.png`, `take0_1.png`, ...
  private static func survey(
    _ fixture: String, takeLength: Int = 8, copies: [String: String] = [:],
    grouping: (String) throws -> ImageGrouping = { _ in .found }
  ) throws -> (survey: TrainingSurvey, names: [String]) {
    try withTemporaryFolder { folder in
      let data = "\(folder)/data"
      let tensors = try Fixture.load("image_groups", beside: #filePath)
      let tensor = try #require(tensors["\(fixture).thumbnails"])
      let pixels = tensor.array(of: UInt8.self)
      for index in 0..<tensor.shape[0] {
        let path = "\(data)/take\(index / takeLength)_\(index % takeLength).png"
        try makeFolder(of: path)
        try Image(
          width: 32, height: 32, channels: 1,
          pixels: Array(pixels[1024 * index..<1024 * (index + 1)])
        ).writePNG(to: path)
      }
      for (copy, original) in copies {
        try FileManager.default.copyItem(atPath: "\(data)/\(original)", toPath: "\(data)/\(copy)")
      }
      let samples = try Dataset.open(data, home: folder).training
      let survey = try TrainingSurvey(
        of: samples, name: "cloth", loader: ImageLoader(preprocessing),
        grouping: try grouping(folder))
      return (survey, samples.map(\.name))
    }
  }

  private static func words(_ survey: TrainingSurvey) -> [Remark] {
    survey.remarks.filter { $0.text.contains("good images") }
  }

  /// The first number of a name.
  private static func takes(_ names: [String]) -> [String?] {
    names.map { $0.split { !$0.isNumber }.first.map(String.init) }
  }

  @Test func takesAreFound() throws {
    let (survey, names) = try Self.survey("drift", copies: ["take9_0.png": "take2_3.png"])
    let takes = Self.takes(names).map { $0 == "9" ? "2" : $0 }
    #expect(survey.groupCount == 6)
    #expect(Set(zip(survey.groups, takes).map { "\($0) \($1 ?? "")" }).count == 6)
    // Numbered in the order of their first images.
    #expect(survey.groups.first == 0 && survey.groups.last == 2)
    let remark = try #require(Self.words(survey).last)
    #expect(remark.severity == .doubt)
    #expect(remark.text.hasPrefix("48 good images, but only 6 independent groups of near-equal"))
    #expect(remark.text.contains("take0_0.png and "))
    #expect(
      remark.text.hasSuffix("the promise rests on 6; say with --groups which belong together"))
    #expect(!survey.remarks.contains { $0.text.contains("take one of each out") })
  }

  @Test func independentImagesAreNotSpokenOf() throws {
    let (survey, names) = try Self.survey("independent")
    #expect(survey.groups == Array(names.indices))
    #expect(survey.remarks.isEmpty)
  }

  @Test func aPairIsTold() throws {
    let (survey, _) = try Self.survey("pair")
    #expect(survey.groupCount == 30)
    let remark = try #require(Self.words(survey).first)
    #expect(remark.severity == .fact)
    #expect(
      remark.text.hasPrefix("31 good images, 30 of them independent: near-equal ones (such as"))
    #expect(remark.text.contains("take0_7.png and ") && remark.text.contains("take3_6.png)"))
  }

  /// Two kinds of a product are not two takes.
  @Test func tooFewGroupsAreNotBelieved() throws {
    let (survey, names) = try Self.survey("kinds")
    #expect(survey.groupCount == names.count)
    let remark = try #require(Self.words(survey).first)
    #expect(remark.severity == .doubt)
    #expect(remark.text.hasPrefix("32 good images, but they look like 2 takes of near-equal ones"))
    #expect(remark.text.contains("each image counts for itself"))
  }

  @Test func noneAreWanted() throws {
    let (survey, names) = try Self.survey("takes", copies: ["take9_0.png": "take2_3.png"]) { _ in
      .separate
    }
    #expect(survey.groupCount == names.count - 1)
    #expect(survey.groups.last == survey.groups[names.firstIndex(of: "take2_3.png") ?? 0])
    #expect(!survey.remarks.contains { $0.text.contains("--groups") })
  }

  @Test(arguments: [#"take(\d+)_"#, #"(.*)_\d+"#, #"^(?:take)(\d)"#])
  func aPatternNamesThem(_ pattern: String) throws {
    let (survey, names) = try Self.survey("independent", takeLength: 10) { _ in
      try ImageGrouping(pattern)
    }
    let takes = Self.takes(names)
    #expect(survey.groupCount == 5)
    #expect(survey.groups.map { "\($0)" } == takes.map { $0 ?? "" })
    let remark = try #require(Self.words(survey).first)
    #expect(
      remark.text == "50 good images in 5 groups by '\(pattern)': the promise rests on 5")
    #expect(remark.severity == .fact)
  }

  /// Files that name all images of the fixture, some of them twice.
  @Test(arguments: ["\n", "\r\n"])
  func aFileNamesThem(_ end: String) throws {
    let (survey, names) = try Self.survey("independent", takeLength: 10) { folder in
      var lines = ["\u{FEFF}Image,Group"]
      for index in 0..<50 {
        let name = "take\(index / 10)_\(index % 10).png"
        let path = [
          name, "data/\(name)", "\(folder)/data/\(name)", "\"\(name)\"", "./\(name)",
        ][index % 5]
        lines.append(" \(path) , \"\(index % 3), old\"")
      }
      lines += ["", "test/other.png,x", "take0_0.png,\"0, old\""]
      try write(lines.joined(separator: end), to: "\(folder)/groups.csv")
      return try ImageGrouping("\(folder)/groups.csv")
    }
    #expect(survey.groups == names.indices.map { $0 % 3 })
    let remark = try #require(Self.words(survey).first)
    // As many groups as this cannot show how much groups differ.
    #expect(remark.severity == .doubt)
    #expect(remark.text.hasSuffix("/groups.csv: the promise rests on 3"))
  }

  /// A copy of a file goes with it, whatever its name says.
  @Test func copiesGoTogetherInAnyCase() throws {
    let (survey, _) = try Self.survey("independent", copies: ["take7_0.png": "take0_0.png"]) { _ in
      .pattern(#"take(\d+)_"#)
    }
    // take0 to take6, and take7 with take0.
    #expect(survey.groupCount == 7)
    #expect(survey.groups.last == 0)
  }

  @Test(arguments: [
    ("take(\\d+", "no regular expression"), ("(t)ake(\\d)", "2 pairs of parentheses"),
    ("(?:take)\\d", "0 pairs of parentheses"),
    ("tape(\\d)", "none of the 50 good images (take0_0.png, "),
    (
      "take([0-3])_",
      "10 of 50 good images have no group (take4_0.png, take4_1.png, take4_2.png and 7 more)"
    ),
    ("x/take(\\d)", "none of the 50"),
  ])
  func patternsThatDoNotFit(_ pattern: String, _ found: String) {
    let error = #expect(throws: InspectionError.self) {
      try Self.survey("independent", takeLength: 10) { _ in .pattern(pattern) }
    }
    #expect(error?.subject == "--groups '\(pattern)'")
    #expect(error?.found.contains(found) == true, "\(error?.found ?? "")")
    #expect(error?.isUsage == true)
  }

  @Test(arguments: [
    ("take0_0.png,1,2", "groups.csv, line 1", "3 columns"),
    ("take0_0.png", "groups.csv, line 1", "1 column"),
    ("name,group\ntake0_0.png,", "groups.csv, line 2", "an empty column"),
    ("take0_0.png,\"1", "groups.csv, line 1", "a quotation mark"),
    ("take0_0.png,1\ntake0_0.png,2", "groups.csv, line 2", "in group 2, in line 1 in 1"),
    ("", "groups.csv", "no line"), ("name,group\n", "groups.csv", "no line"),
    ("take0_0.png,1", "groups.csv", "49 of 50 good images have no group (take0_1.png, "),
    ("other.png,1", "groups.csv", "none of the 50"),
  ])
  func filesThatDoNotFit(_ text: String, _ subject: String, _ found: String) {
    let error = #expect(throws: InspectionError.self) {
      try Self.survey("independent", takeLength: 10) { folder in
        try write(text, to: "\(folder)/groups.csv")
        return try ImageGrouping("\(folder)/groups.csv")
      }
    }
    #expect(error?.subject.hasSuffix(subject) == true, "\(error?.subject ?? "")")
    #expect(error?.found.contains(found) == true, "\(error?.found ?? "")")
  }

  @Test func aNameThatMayBeTwoImages() throws {
    try withTemporaryFolder { folder in
      let samples = ["a/1.png", "b/1.png"].map {
        Sample(path: "\(folder)/\($0)", name: $0, label: .good)
      }
      try write("1.png,x\n", to: "\(folder)/groups.csv")
      let error = #expect(throws: InspectionError.self) {
        try TrainingSurvey(
          of: samples, name: "cloth", loader: ImageLoader(Self.preprocessing),
          grouping: .file("\(folder)/groups.csv"))
      }
      #expect(error?.found == "1.png may be a/1.png or b/1.png")
    }
  }

  @Test func whatAPersonWrites() throws {
    #expect(try ImageGrouping("none") == .separate)
    #expect(try ImageGrouping("found") == .found)
    #expect(try ImageGrouping("take(.*)_") == .pattern("take(.*)_"))
    #expect(try ImageGrouping(#filePath) == .file(#filePath))
    let error = #expect(throws: InspectionError.self) { try ImageGrouping("groups.csv") }
    #expect(error?.found.hasPrefix("there is no file groups.csv") == true)
    #expect(error?.isUsage == true)
  }
}
