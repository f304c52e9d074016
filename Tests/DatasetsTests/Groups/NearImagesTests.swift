import Datasets
import Fixtures
import Testing
import Torch

/// Against scipy's single linkage and numpy, see `Scripts/fixtures/image_groups.py`.
@Suite struct NearImagesTests {
  static let cases = [
    "independent", "pair", "few_ways", "takes", "shuffled", "drift", "kinds", "empty",
  ]

  private let tensors: [String: Tensor]

  init() throws { tensors = try Fixture.load("image_groups", beside: #filePath) }

  private func tensor(_ name: String) throws -> Tensor { try #require(tensors[name]) }

  private func thumbnails(_ name: String) throws -> [[UInt8]] {
    let tensor = try tensor("\(name).thumbnails")
    return tensor.array(of: UInt8.self).chunks(of: tensor.shape[1])
  }

  /// Names by which the images lie in the order that the fixture was made for.
  private func names(_ name: String) throws -> [String] {
    let order = try tensor("\(name).order").array(of: Int64.self)
    var names = [String](repeating: "", count: order.count)
    for (place, image) in order.enumerated() { names[Int(image)] = "frame\(place).png" }
    return names
  }

  /// As ``NearImages`` tells groups.
  private func expected(_ name: String) throws -> [[Int]] {
    let numbers = try tensor("\(name).groups").array(of: Int64.self)
    let groups = Dictionary(grouping: numbers.indices) { numbers[$0] }
    return groups.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }

  @Test(arguments: cases)
  func groups(_ name: String) throws {
    let found = NearImages(try thumbnails(name), names: try names(name))
    // Two kinds of a product look like two takes, which are too few to be believed.
    #expect(try (name == "kinds" ? found.smallGroups : found.groups) == expected(name))
    if name == "kinds" { #expect(found.groups.map(\.count) == [16, 16]) }
  }

  @Test func whatTheFixtureIsMadeOf() throws {
    #expect(try expected("independent").isEmpty && expected("few_ways").isEmpty)
    #expect(try expected("pair") == [[7, 30]])
    for name in ["takes", "drift"] {
      #expect(try expected(name) == (0..<6).map { Array(8 * $0..<8 * $0 + 8) })
    }
  }

  @Test func distances() throws {
    let distances = Thumbnails(try thumbnails("pair")).distances()
    let values = try tensor("pair.distances").array(of: Float.self)
    let count = distances.count
    #expect(values.count == count * count)
    let largest = values.indices.map { abs(distances[$0 / count, $0 % count] - values[$0]) }.max()
    #expect(try #require(largest) < 1e-3)
  }

  /// Where pairs are too many, the order of names is still known.
  @Test(arguments: ["takes", "drift", "independent", "kinds"])
  func manyImages(_ name: String) throws {
    let found = NearImages(try thumbnails(name), names: try names(name), limit: 20)
    #expect(try found.groups == (name == "kinds" ? [] : expected(name)))
    #expect(found.smallGroups.isEmpty)
  }

  @Test func namesCountAsPeopleDo() throws {
    // By bytes, frame10 would lie between frame1 and frame2, and takes would be torn.
    let takes = try thumbnails("drift")
    let places = takes.indices.sorted { "\($0)" < "\($1)" }
    let found = NearImages(places.map { takes[$0] }, names: places.map { "frame\($0).png" })
    let numbers = found.groups.map { Set($0.map { places[$0] / 8 }) }
    #expect(numbers.count == 6 && numbers.allSatisfy { $0.count == 1 })
  }

  @Test(arguments: 0...6)
  func fewImages(_ count: Int) throws {
    let found = NearImages(
      Array(try thumbnails("independent").prefix(count)), names: (0..<count).map { "\($0)" })
    #expect(found.groups.isEmpty)
  }
}

extension [UInt8] {
  fileprivate func chunks(of size: Int) -> [[UInt8]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<$0 + size]) }
  }
}
