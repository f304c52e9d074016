import Fixtures
import Foundation
import Testing
import Torch

/// The program of the article: it compiles, does what is said of it, and is what the article shows.
@Suite struct FirstLookTests {
  @Test func itLearnsAndLoads() throws {
    let network = SquareNetwork(Parameters(seed: 0))
    #expect(try FirstLook.train(network, steps: 500) < 1e-3)
    try withTemporaryFolder { folder in
      let path = "\(folder)/square.safetensors"
      try SafeTensors.write(network.parameters.stateDictionary, to: path)
      let loaded = try FirstLook.load(path)
      let half = Tensor([0.5] as [Float], shape: [1, 1])
      let value = noGrad { loaded(half) }.item()
      #expect(abs(value - 0.25) < 0.1)
      #expect(value == noGrad { network(half) }.item())
    }
  }

  @Test func theArticleShowsIt() throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let program = try String(
      contentsOf: here.appending(path: "FirstLook.swift"), encoding: .utf8)
    let article = try String(
      contentsOf: here.appending(path: "../../Sources/Torch/Torch.docc/FirstLook.md"),
      encoding: .utf8)
    #expect(article.contains("```swift\n\(program)```"))
  }
}
