import Inspection
import Testing
import Torch

/// The loop by itself, around a parameter whose loss is the square of its distance from 3.
@Suite struct EpochLoopTests {
  private final class Training {
    let parameters = Parameters(seed: 0)
    let value: Tensor
    let adam: Adam
    let random: SharedRandom
    var heldOut: [Double] = []
    var losses: [Double] = []
    var seen: [Double] = []
    var orders: [UInt64] = []

    init() {
      value = parameters.root.parameter("value", [1], .constant(0))
      parameters.enableGradients()
      adam = Adam(parameters.trainable, learningRate: 0.1)
      random = SharedRandom(seed: 1)
    }

    var current: Double { value.item() }

    func run(
      _ context: FitContext, steps: Int = 12, patience: Int = 0, canLower: Bool = true
    ) throws -> EpochHistory {
      var loop = EpochLoop(context, parameters, adam, batches: 3, steps: steps)
      loop.patience = patience
      loop.canLowerLearningRate = canLower
      loop.generators = [random]
      var body = EpochLoop.Body(
        begin: { self.orders.append(self.random.next()) },
        step: { _, step in
          let loss = (self.value - 3).square().sum()
          let told = step < self.losses.count ? self.losses[step] : loss.item()
          return EpochLoop.Step(loss: told, parts: [("half", told / 2)], weight: 1) {
            loss.gradients(of: self.adam.parameters)
          }
        }, fitted: { throw Unfitted() })
      if !heldOut.isEmpty {
        body.heldOutLoss = {
          self.seen.append(self.current)
          return self.heldOut[self.seen.count - 1]
        }
      }
      return try loop.run(body)
    }
  }

  private struct Unfitted: Error {}
  private struct Stop: Error {}

  private final class Memory: CheckpointStore {
    var checkpoint: Checkpoint?
    func load() -> Checkpoint? { checkpoint }
    func save(_ checkpoint: Checkpoint) {
      self.checkpoint = Checkpoint(
        tensors: checkpoint.tensors.mapValues { $0.detached().cloned() }, state: checkpoint.state)
    }
  }

  /// Adam's first steps are as long as its learning rate.
  @Test func learnsAndTells() throws {
    var progress: [WorkProgress] = []
    let training = Training()
    let history = try training.run(FitContext(backbone: nil, report: { progress.append($0) }))
    #expect(training.current > 0.5 && training.current < 1.3)
    #expect(history.values["loss"]?.count == 4)
    #expect(history.metrics["half"] == history.metrics["loss"].map { $0 / 2 })
    #expect(progress.map(\.completed) == Array(1...12))
    #expect(progress.last?.metrics.map(\.name) == ["loss", "half"])
  }

  /// Seven steps are three epochs, of which the last has one.
  @Test func theLastEpochMayBeShorter() throws {
    let training = Training()
    let history = try training.run(FitContext(backbone: nil), steps: 7)
    #expect(history.epoch == 3 && training.orders.count == 3)
  }

  @Test func theBestEpochIsKept() throws {
    let training = Training()
    training.heldOut = [3, 1, 2, 1]
    let history = try training.run(FitContext(backbone: nil))
    #expect(history.best?.epoch == 2)
    #expect(training.current == training.seen[1])
    #expect(history.metrics[FitContext.keptEpoch] == 2)
    #expect(history.metrics["heldOutLoss"] == 1)
  }

  @Test func patienceEndsIt() throws {
    let training = Training()
    training.heldOut = [3, 1, 2, 1]
    let history = try training.run(FitContext(backbone: nil), patience: 1)
    #expect(history.epoch == 3 && training.seen.count == 3)
  }

  @Test func resumedIsUndisturbed() throws {
    let whole = Training()
    let expected = try whole.run(FitContext(backbone: nil))
    let memory = Memory()
    let first = Training()
    #expect(throws: Stop.self) {
      try first.run(
        FitContext(
          backbone: nil, report: { if $0.completed == 8 { throw Stop() } }, checkpoints: memory))
    }
    let second = Training()
    let history = try second.run(FitContext(backbone: nil, checkpoints: memory))
    #expect(second.current == whole.current)
    #expect(history.values == expected.values)
    #expect(second.orders == Array(whole.orders.suffix(2)))
  }

  @Test(arguments: [true, false]) func divergenceNamesOnlyWhatThereIs(_ canLower: Bool) throws {
    let training = Training()
    training.losses = [1, 1, 1, .nan]
    let error = #expect(throws: InspectionError.self) {
      try training.run(FitContext(backbone: nil), canLower: canLower)
    }
    #expect(error?.subject == "training")
    #expect(error?.found == "the loss is not a number in epoch 2")
    #expect(error?.remedy.contains("learning rate") == canLower)
  }

  @Test(arguments: ["network.value", "adam.0", "random.0"])
  func aDamagedCheckpointIsRefused(_ name: String) throws {
    let memory = Memory()
    _ = try Training().run(FitContext(backbone: nil, checkpoints: memory))
    let kept = try #require(memory.checkpoint)
    var tensors = kept.tensors
    tensors[name] = .zeros([2])
    memory.checkpoint = Checkpoint(tensors: tensors, state: kept.state)
    let error = #expect(throws: InspectionError.self) {
      try Training().run(FitContext(backbone: nil, checkpoints: memory))
    }
    #expect(error?.subject == "checkpoint")
    memory.checkpoint = Checkpoint(tensors: kept.tensors, state: .null)
    #expect(throws: InspectionError.self) {
      try Training().run(FitContext(backbone: nil, checkpoints: memory))
    }
  }
}
