import Fixtures
import Testing
import Torch

/// One named case of a fixture file: its tensors are called `name.something`.
struct FixtureCase {
  let tensors: [String: Tensor]
  let name: String

  init(file: String, name: String, beside path: String) throws {
    tensors = try Fixture.load(file, beside: path)
    self.name = name
  }

  func tensor(_ key: String) throws -> Tensor {
    try #require(tensors["\(name).\(key)"], "no \(name).\(key) in the fixture")
  }

  func array(_ key: String) throws -> [Float] { try tensor(key).array(of: Float.self) }
  func array(_ key: String) throws -> [Double] { try tensor(key).array(of: Double.self) }
  func array(_ key: String) throws -> [Bool] { try tensor(key).array(of: Bool.self) }
  func array(_ key: String) throws -> [Int] {
    try tensor(key).array(of: Int64.self).map { Int($0) }
  }
  func scalar(_ key: String) throws -> Double { try array(key)[0] }
}
