import Backbones
import Detectors
import Fixtures
import Foundation
import Inspection
import Testing
import Torch

/// Held-out images, and where features are kept.
@Suite struct UFlowTrainingTests {
  private static let good = Result { try WovenCloth(0..<12) }
  /// Features of stride 4 that take more than a mebibyte.
  private static let many = Result { try WovenCloth(0..<64) }

  private static func settings(_ change: (inout UFlow) -> Void = { _ in }) -> UFlow {
    var settings = UFlow()
    settings.taps = [4, 8]
    settings.flowSteps = 2
    settings.epochs = 4
    settings.batchSize = 4
    change(&settings)
    return settings
  }

  private static func fit(
    _ settings: UFlow, on images: WovenCloth? = nil,
    selection: ((any FittedDetector) throws -> Double)? = nil,
    report: @escaping (WorkProgress) throws -> Void = { _ in }
  ) throws -> FittedUFlow {
    try settings.fit(
      on: try images ?? good.get(),
      FitContext(
        backbone: WovenCloth.backbone.get(), seed: 7, report: report, selection: selection))
  }

  private static func bytes(_ fitted: FittedUFlow) -> [String: [UInt8]] {
    fitted.tensors.mapValues { $0.withUnsafeBytes { Array($0) } }
  }

  @Test func whereFeaturesLieChangesNothing() throws {
    let images = try Self.many.get()
    var mapped = false
    let models = try [0, 1].map { budget in
      try Self.fit(
        Self.settings { $0.cacheBudget = budget }, on: images,
        report: { _ in
          // FileManager would stop after the first page of a file that has no size.
          if budget == 1, let maps = FileHandle(forReadingAtPath: "/proc/self/maps") {
            mapped =
              mapped
              || String(decoding: maps.readDataToEndOfFile(), as: UTF8.self).contains("/blemish.")
          }
        })
    }
    #expect(Self.bytes(models[0]) == Self.bytes(models[1]))
    #expect(models[0].history == models[1].history)
    #if os(Linux)
      #expect(mapped)
    #endif
  }

  /// Up to the epoch that is kept, patience changes nothing; after it, it ends the training in time.
  @Test(arguments: [1, 2]) func patienceKeepsTheBestEpoch(_ patience: Int) throws {
    let change = { (settings: inout UFlow) in
      settings.epochs = 30
      settings.learningRate = 0.02
      settings.schedule = .constant
    }
    let stopped = try Self.fit(
      Self.settings {
        change(&$0)
        $0.patience = patience
      })
    let kept = try #require(stopped.metrics[FitContext.keptEpoch].map { Int($0) })
    let losses = try #require(stopped.history["heldOutLoss"])
    #expect(losses.count == min(kept + patience, 30))
    #expect(losses.count < 30)
    #expect(losses.min() == losses[kept - 1])
    #expect(stopped.metrics["heldOutLoss"] == losses[kept - 1])
    #expect(stopped.metrics["loss"] == stopped.history["loss"]?[kept - 1])
    let short = try Self.fit(
      Self.settings {
        change(&$0)
        $0.epochs = kept
        $0.patience = 100
      })
    #expect(Self.bytes(short) == Self.bytes(stopped))
    #expect(short.history["heldOutLoss"] == Array(losses[..<kept]))
  }

  /// Of 13 images one is held out, so that three steps of four are an epoch.
  @Test func heldOutImagesAreNotLearntFrom() throws {
    let images = try WovenCloth(0..<13)
    var last = 0
    let report = { (progress: WorkProgress) in
      if progress.stage == "training" { last = progress.total }
    }
    _ = try Self.fit(Self.settings { $0.patience = 100 }, on: images, report: report)
    #expect(last == 12)
    // The authors' choice of the epoch needs none.
    _ = try Self.fit(
      Self.settings { $0.patience = 100 }, on: images, selection: { _ in 0 }, report: report)
    #expect(last == 16)
    let error = #expect(throws: InspectionError.self) {
      try Self.fit(Self.settings { $0.patience = 1 }, on: WovenCloth(0..<1))
    }
    #expect(error?.subject == "patience")
  }

  @Test func theFlowIsInvertible() throws {
    let fitted = try Self.fit(Self.settings { $0.flowSteps = 4 })
    let images = try WovenCloth(100..<103).images
    let features = noGrad {
      fitted.network.normalization(
        try! WovenCloth.backbone.get().features(images, strides: [4, 8]))
    }
    let latents = fitted.latents(normalized: features)
    for (restored, feature) in zip(fitted.normalizedFeatures(latents: latents), features) {
      #expect(relativeError(restored, feature) < 1e-5)
    }
  }

  @Test func samplesHaveStandardNormalLatents() throws {
    let fitted = try Self.fit(Self.settings())
    let samples = fitted.sample(count: 3, height: 64, width: 48, seed: 5)
    #expect(samples.map(\.shape) == [[3, 24, 16, 12], [3, 40, 8, 6]])
    for latent in fitted.latents(normalized: samples) {
      // Six standard errors of the mean, or thereabouts.
      let bound = 6 / Double(latent.count).squareRoot()
      #expect(abs(latent.mean().item()) < bound)
      #expect(abs(latent.square().mean().item() - 1) < 2 * bound)
    }
    let again = fitted.sample(count: 3, height: 64, width: 48, seed: 5)
    #expect(zip(samples, again).allSatisfy { relativeError($0, $1) == 0 })
    let other = fitted.sample(count: 3, height: 64, width: 48, seed: 6)
    #expect(relativeError(other[0], samples[0]) > 0.1)
  }

  /// Oracle: tables of the normal law.
  @Test func quantilesOfTheLatents() throws {
    // With `whitening`, images that were learnt are whitened by the others, which cannot be repeated here.
    let settings = Self.settings { $0.normalization = .position }
    let fitted = try Self.fit(settings)
    let diagnostic = try #require(fitted.diagnostics.first)
    guard case .plot(let plot) = diagnostic.content else {
      Issue.record("no plot")
      return
    }
    #expect(plot.lines.map(\.name) == ["stride 4", "stride 8"])
    let latents = inferenceMode { fitted.latents(try! Self.good.get().images) }
    for (line, latent) in zip(plot.lines, latents) {
      #expect(line.points.count == 81 && line.points[0].x == -4 && line.points[80].x == 4)
      for (level, share) in [(-2.0, 0.0227501), (-1, 0.1586553), (0, 0.5), (1.5, 0.9331928)] {
        let quantile = try #require(line.points.first { $0.x == level }?.y)
        let below = (latent .< quantile).to(.float64).mean().item()
        #expect(abs(below - share) < 2e-3)
      }
    }
    // An old model has none and still loads.
    let bare = fitted.tensors.filter { !$0.key.hasPrefix("latentQuantiles") }
    let old = try settings.restore(bare, backbone: WovenCloth.backbone.get())
    #expect(old.diagnostics.isEmpty)
  }
}
