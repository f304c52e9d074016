import Torch

/// A network learns y = x^2 from examples. Layers take their tensors from a path, so that each has a name.
final class SquareNetwork {
  let parameters: Parameters
  private let hidden: Linear
  private let output: Linear

  init(_ parameters: Parameters) {
    self.parameters = parameters
    hidden = Linear(parameters.root / "hidden", 1, 16)
    output = Linear(parameters.root / "output", 16, 1)
  }

  /// `[N, 1]` to `[N, 1]`.
  func callAsFunction(_ x: Tensor) -> Tensor { output(hidden(x).tanh()) }
}

enum FirstLook {
  static func main() throws {
    let network = SquareNetwork(Parameters(seed: 0))
    print("loss after training:", try train(network, steps: 500))

    // Weights are written under their names and read back into the same network.
    try SafeTensors.write(network.parameters.stateDictionary, to: "square.safetensors")
    let loaded = try load("square.safetensors")
    print("0.5 squared is", noGrad { loaded(Tensor([0.5] as [Float], shape: [1, 1])) }.item())
  }

  /// The mean squared error of the last step.
  static func train(_ network: SquareNetwork, steps: Int) throws -> Double {
    let x = Tensor.uniform([256, 1], from: -1, to: 1, generator: Generator(seed: 1))
    let y = x.square()
    network.parameters.enableGradients()
    let adam = Adam(network.parameters.trainable, learningRate: 0.01)
    var error = Double.infinity
    for _ in 0..<steps {
      // Memory that runs out is an error here; without the scope it would end the program.
      try throwingOutOfMemory {
        let loss = (network(x) - y).square().mean()
        adam.step(loss.gradients(of: adam.parameters).compactMap(\.self))
        error = loss.item()
      }
    }
    return error
  }

  static func load(_ path: String) throws -> SquareNetwork {
    let parameters = Parameters(loading: try SafeTensors.read(path).tensors)
    let network = SquareNetwork(parameters)
    // Tells what is missing, unknown or of another shape.
    try parameters.verify(path)
    return network
  }
}
