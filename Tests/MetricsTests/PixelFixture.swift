import Fixtures
import Metrics
import Testing
import Torch

/// Maps and masks of six small images with their figures.
struct PixelFixture {
  static let names = [
    "smooth", "ties", "coarse_ties", "two_values", "constant", "perfect", "inverted", "whole_image",
  ]

  let tensors: FixtureCase
  let images: [(map: [Float], mask: [Bool]?)]
  let width: Int
  let height: Int

  init(_ name: String) throws {
    tensors = try FixtureCase(file: "pixels", name: name, beside: #filePath)
    let shape = try tensors.tensor("maps").shape
    (height, width) = (shape[1], shape[2])
    let maps: [Float] = try tensors.array("maps")
    let masks: [Bool] = try tensors.array("masks")
    let size = width * height
    images = stride(from: 0, to: maps.count, by: size).map { start in
      let mask = Array(masks[start..<start + size])
      return (Array(maps[start..<start + size]), mask.contains(true) ? mask : nil)
    }
  }

  /// A tensor that all cases share.
  func shared<T>(_ key: String, of type: T.Type) throws -> [T] where T: TensorElement {
    try #require(tensors.tensors[key]).array(of: type)
  }

  func fill(_ accumulator: inout some PixelAccumulator) throws {
    for (map, mask) in images {
      try accumulator.add(map: map, mask: mask, width: width, height: height)
    }
  }

  func scores() throws -> PixelScores {
    var scores = PixelScores()
    try fill(&scores)
    return scores
  }
}
