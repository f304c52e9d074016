import Foundation
import Torch

/// Training in epochs, the same for all detectors that learn so: steps of Adam at the rates of a schedule, progress, a
/// checkpoint after every epoch, the choice of the epoch that is kept, and the error where the loss is not a number.
///
/// A detector says what a step computes, ``Body/step``, and the loop does the rest:
///
/// ```swift
/// var loop = EpochLoop(context, parameters, adam, batches: batches, steps: epochs * batches)
/// loop.generators = [generator]
/// let history = try loop.run(
///   EpochLoop.Body(
///     begin: { order = Tensor.permutation(count, generator: generator) },
///     step: { batch, _ in
///       let loss = network.loss(try images(order, batch))
///       return EpochLoop.Step(loss: loss.item(), weight: 1) { loss.gradients(of: adam.parameters) }
///     }, fitted: { fitted() }))
/// ```
public struct EpochLoop {
  /// The loss of a step and its gradients, before the optimizer has moved the parameters.
  public struct Step {
    /// The loss, in the unit that it is reported in.
    public let loss: Double
    /// Parts of the loss by name, which are reported and kept as means over an epoch.
    public let parts: [(name: String, value: Double)]
    /// How much the step counts in these means, such as its images.
    public let weight: Double
    /// The gradients in the order of the optimizer's parameters; nil for what the loss does not depend on. Asked for only
    /// where the loss is a number.
    public let gradients: () -> [Tensor?]

    public init(
      loss: Double, parts: [(name: String, value: Double)] = [], weight: Double,
      gradients: @escaping () -> [Tensor?]
    ) {
      self.loss = loss
      self.parts = parts
      self.weight = weight
      self.gradients = gradients
    }
  }

  /// What a detector does in a training.
  public struct Body {
    /// Called at the beginning of each epoch, such as to draw the order of the images.
    public var begin: () throws -> Void
    /// Looks at the `batch`-th part of the images, from 0; `step` counts those of all epochs.
    ///
    /// It may throw ``Divergence``.
    public var step: (_ batch: Int, _ step: Int) throws -> Step
    /// Called after the steps of an epoch, before what was learnt is judged or kept.
    public var prepare: () throws -> Void = {}
    /// The loss of good images that are not learnt from; nil where there are none.
    public var heldOutLoss: (() throws -> Double)?
    /// The detector as it is after the steps so far.
    public var fitted: () throws -> any FittedDetector

    public init(
      begin: @escaping () throws -> Void,
      step: @escaping (_ batch: Int, _ step: Int) throws -> Step,
      fitted: @escaping () throws -> any FittedDetector
    ) {
      self.begin = begin
      self.step = step
      self.fitted = fitted
    }
  }

  /// Thrown by a step that finds something that is not a number; the loop makes an ``InspectionError`` of it.
  public struct Divergence: Error {
    let found: String
    /// - Parameter found: what is not a number, as in `the loss is not a number`.
    public init(_ found: String) { self.found = found }
  }

  let context: FitContext
  let parameters: Parameters
  let optimizer: Adam
  /// How the learning rate changes from step to step.
  public var schedule = LearningRateSchedule.constant
  /// The optimizer's; its peak where the schedule is a cycle.
  let learningRate: Double
  /// Whether the learning rate is a setting, so that a person can be told to lower it.
  public var canLowerLearningRate = true
  let batches: Int
  let steps: Int
  /// Epochs without a better one after which training ends; 0: all are run.
  public var patience = 0
  /// The sources of random numbers that the steps draw from; what each will draw next is part of the checkpoint.
  public var generators: [any ResumableRandom] = []

  var epochs: Int { (steps + batches - 1) / batches }

  /// - Parameters:
  ///   - parameters: all that a checkpoint keeps of the network.
  ///   - optimizer: its learning rate and first beta are set before every step.
  ///   - batches: steps of an epoch, at least 1.
  ///   - steps: of all epochs, at least 1; the last epoch may be shorter than the others.
  public init(
    _ context: FitContext, _ parameters: Parameters, _ optimizer: Adam, batches: Int, steps: Int
  ) {
    precondition(batches > 0 && steps > 0, "\(steps) steps in epochs of \(batches)")
    self.context = context
    self.parameters = parameters
    self.optimizer = optimizer
    self.batches = batches
    self.steps = steps
    learningRate = optimizer.learningRate
  }

  /// Leaves the parameters as they are after the last epoch or, where the context has a ``FitContext/selection`` or there is
  /// a held-out loss, as they were after the best one.
  ///
  /// A training that was cut off, in whatever way, goes on from the checkpoint of its last whole epoch, and ends with the
  /// same parameters to the last bit.
  ///
  /// - Throws: ``InspectionError`` where the loss is not a number, or where the checkpoint is of another training, or what
  ///   `body` and the context's functions throw.
  /// - Returns: the losses of each epoch, for ``FittedDetector/metrics`` and ``FittedDetector/history``.
  public func run(_ body: Body) throws -> EpochHistory {
    var history = EpochHistory()
    var best: [String: Tensor] = [:]
    if let checkpoint = try context.checkpoints?.load() {
      history = try restore(checkpoint, &best)
    }
    while history.epoch < epochs, !hasLostPatience(history) {
      do { try learn(body, &history) } catch let error as Divergence {
        throw divergence(error, epoch: history.epoch)
      }
      let isLast = history.epoch == epochs
      if context.selection != nil || body.heldOutLoss != nil || isLast { try body.prepare() }
      if let loss = try body.heldOutLoss?() {
        guard loss.isFinite else {
          throw divergence(
            Divergence("the loss of held-out images is not a number"), epoch: history.epoch - 1)
        }
        history.append(loss, to: EpochHistory.heldOutLoss)
      }
      history.isSelected = context.selection != nil
      if let score = try context.selection?(body.fitted())
        ?? history[EpochHistory.heldOutLoss].last.map(-), history.judge(score)
      {
        best = parameters.stateDictionary.mapValues { $0.detached().cloned() }
      }
      try context.checkpoints?.save(checkpoint(history, best))
    }
    noGrad { for (name, tensor) in best { parameters[name]?.copy(from: tensor) } }
    return history
  }

  private func hasLostPatience(_ history: EpochHistory) -> Bool {
    patience > 0 && history.epoch - (history.best?.epoch ?? 0) >= patience
  }

  /// One epoch.
  private func learn(_ body: Body, _ history: inout EpochHistory) throws {
    try body.begin()
    let epoch = history.epoch
    var sums: [(name: String, value: Double)] = []
    var weight = 0.0
    for index in epoch * batches..<min((epoch + 1) * batches, steps) {
      (optimizer.learningRate, optimizer.beta1) = schedule.settings(
        step: index, of: steps, epoch: epoch, rate: learningRate)
      let step = try body.step(index % batches, index)
      guard step.loss.isFinite else { throw Divergence("the loss is not a number") }
      optimizer.step(
        zip(optimizer.parameters, step.gradients()).map { parameter, gradient in
          gradient ?? noGrad { parameter.detached() * 0 }
        })
      let told = [("loss", step.loss)] + step.parts
      for (place, part) in told.enumerated() {
        if place == sums.count { sums.append((part.0, 0)) }
        sums[place].value += part.1 * step.weight
      }
      weight += step.weight
      try context.report(
        WorkProgress(
          stage: "training", completed: index + 1, total: steps, unit: "steps", metrics: told))
    }
    for (name, sum) in sums { history.append(sum / weight, to: name) }
    history.epoch += 1
  }

  private func divergence(_ error: Divergence, epoch: Int) -> InspectionError {
    InspectionError(
      "training", found: "\(error.found) in epoch \(epoch + 1)",
      remedy: (canLowerLearningRate ? "lower the learning rate (\(learningRate)), or " : "")
        + "look for broken images")
  }
}

extension EpochLoop {
  private func checkpoint(_ history: EpochHistory, _ best: [String: Tensor]) throws -> Checkpoint {
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in parameters.stateDictionary { tensors["network.\(name)"] = tensor }
    for (name, tensor) in best { tensors["best.\(name)"] = tensor }
    for (index, tensor) in optimizer.state.enumerated() { tensors["adam.\(index)"] = tensor }
    for (index, generator) in generators.enumerated() {
      tensors["random.\(index)"] = generator.state
    }
    return Checkpoint(tensors: tensors, state: try JSONValue(encoding: history))
  }

  /// Brings network, optimizer and generators to where an earlier fit left them.
  private func restore(_ checkpoint: Checkpoint, _ best: inout [String: Tensor]) throws
    -> EpochHistory
  {
    func unfit(_ found: String) -> InspectionError {
      InspectionError(
        "checkpoint", found: found, remedy: "start the training from the beginning")
    }
    func kept(_ name: String, like tensor: Tensor) throws -> Tensor {
      guard let kept = checkpoint.tensors[name], kept.shape == tensor.shape,
        kept.dtype == tensor.dtype
      else { throw unfit("\(name) is missing or of another shape") }
      return try kept.to(tensor.device)
    }
    guard
      let history = try? JSONDecoder().decode(
        EpochHistory.self, from: JSONEncoder().encode(checkpoint.state)),
      history.isSound(epochs: epochs)
    else { throw unfit("its state is damaged") }
    for (name, tensor) in parameters.stateDictionary {
      let former = try kept("network.\(name)", like: tensor)
      noGrad { tensor.copy(from: former) }
      if history.best != nil { best[name] = try kept("best.\(name)", like: tensor).cloned() }
    }
    optimizer.restore(
      try optimizer.state.enumerated().map { try kept("adam.\($0)", like: $1) })
    for (index, generator) in generators.enumerated() {
      let state = try kept("random.\(index)", like: generator.state)
      do { try generator.restore(state) } catch { throw unfit("random.\(index) is damaged") }
    }
    return history
  }
}

/// What a training in epochs has seen so far.
public struct EpochHistory: Codable, Sendable {
  /// The epoch that is kept, where one is chosen.
  package struct Best: Codable, Sendable {
    /// From 1.
    package let epoch: Int
    /// Higher is better.
    package let score: Double
  }

  static let heldOutLoss = "heldOutLoss"

  /// Epochs that are done.
  package internal(set) var epoch = 0
  /// Means over each epoch that is done, by name: the loss, its parts, and the loss of held-out images after it.
  public private(set) var values: [String: [Double]] = [:]
  package private(set) var best: Best?
  /// Whether the best epoch is the best by ``FitContext/selection``.
  var isSelected = false

  /// Nothing yet.
  public init() {}

  subscript(_ name: String) -> [Double] { values[name] ?? [] }

  mutating func append(_ value: Double, to name: String) {
    values[name, default: []].append(value)
  }

  /// Takes note of how good the epoch just done is; returns whether it is the best so far.
  mutating func judge(_ score: Double) -> Bool {
    guard score > best?.score ?? -.infinity else { return false }
    best = Best(epoch: epoch, score: score)
    return true
  }

  func isSound(epochs: Int) -> Bool {
    (0...epochs).contains(epoch) && (best.map { (1...max(epoch, 1)).contains($0.epoch) } ?? true)
      && values.values.allSatisfy { $0.count == epoch }
  }

  /// The values of the epoch that is kept for its likelihood, those of the last one otherwise, and which epoch was chosen:
  /// for ``FittedDetector/metrics``.
  public var metrics: [String: Double] {
    let isHeldOut = !isSelected && !self[Self.heldOutLoss].isEmpty
    var metrics = values.compactMapValues { values in
      isHeldOut ? best.map { values[$0.epoch - 1] } : values.last
    }
    if let best, isSelected {
      metrics[Self.heldOutLoss] = nil
      metrics[FitContext.selectedEpoch] = Double(best.epoch)
      metrics[FitContext.selectionScore] = best.score
    } else if let best {
      metrics[FitContext.keptEpoch] = Double(best.epoch)
    }
    return metrics
  }
}
