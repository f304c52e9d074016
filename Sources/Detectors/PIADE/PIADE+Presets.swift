import Torch

extension PIADE {
  /// Settings of the authors by name, for images of 120 x 120 pixels.
  static let presets: [String: PIADE] = {
    var released = PIADE()
    released.maximumSide = 120
    released.encoder = .resNet50
    released.poolingMomentum = 0.95
    released.regrouping = .memory
    released.output = .tanh
    released.perceptual = .vgg11
    released.perceptualSide = 1
    released.steps = 1600
    released.batchSize = 60
    released.learningRate = 1e-3
    released.schedule = .constant
    released.weightDecay = 1e-3
    var figure = released
    figure.encoder = .resNet18
    figure.pooling = .spatial
    return ["released": released, "figure": figure]
  }()
}
