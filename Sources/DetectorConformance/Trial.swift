import Backbones
import Foundation
import Imaging
import Inspection
import Synchronization
import Torch

/// One detector under examination: what it has learnt, and the laws one by one.
struct Trial {
  let check: DetectorCheck
  let detector: any Detector
  let preprocessing: ImagePreprocessing
  let good: ClothPictures
  let fitted: any FittedDetector

  init(_ check: DetectorCheck) throws {
    self.check = check
    detector = check.detector
    // A backbone that no registry has gets the usual colors.
    let colors = detector.backboneID.flatMap {
      try? BackboneRegistry.standard.architecture($0).colors
    }
    preprocessing = ImagePreprocessing(
      height: check.side, width: check.side, colors: colors ?? .imageNet)
    good = try ClothPictures(0..<check.count, preprocessing: preprocessing)
    fitted = try Self.fit(check, good)
  }

  static func fit(
    _ check: DetectorCheck, _ images: ClothPictures, seed: UInt64 = 0,
    checkpoints: (any CheckpointStore)? = nil,
    report: @escaping (WorkProgress) throws -> Void = { _ in }
  ) throws -> any FittedDetector {
    Machine.seed(seed)
    return try check.detector.fit(
      on: images,
      FitContext(
        backbone: check.backbone, seed: seed, report: report, checkpoints: checkpoints,
        publishedWeights: check.publishedWeights))
  }

  func hold(_ law: DetectorCheck.Law) throws {
    func expect(_ condition: Bool, _ found: @autoclosure () -> String) throws {
      guard condition else { throw DetectorCheck.Violation(law: law, found: found()) }
    }
    switch law {
    case .deterministic: try deterministic(expect)
    case .restored: try restored(expect)
    case .shapes: try shapes(expect)
    case .alone: try alone(expect)
    case .threads: try threads(expect)
    case .flaw: try flaw(expect)
    case .settings: try settings(expect)
    case .hostileSettings: try hostileSettings(expect)
    case .notFinite: try notFinite(expect)
    case .smallImages: try smallImages(expect)
    case .interruption: try interruption(expect)
    case .resumed: try resumed(expect)
    case .damaged: try damaged(expect)
    }
  }

  typealias Expect = (Bool, @autoclosure () -> String) throws -> Void

  private func torn(_ numbers: Range<Int>) throws -> ClothPictures {
    try ClothPictures(numbers, isTorn: true, preprocessing: preprocessing)
  }

  private func score(_ fitted: any FittedDetector, _ images: ClothPictures) -> ScoredBatch {
    inferenceMode { fitted.score(images.images) }
  }

  private func deterministic(_ expect: Expect) throws {
    let again = try Self.fit(check, good)
    let images = try torn(100..<102)
    try expect(
      score(again, images).words == score(fitted, images).words,
      "two fits with the same seed on the same images score an image differently")
  }

  private func restored(_ expect: Expect) throws {
    let images = try torn(100..<102)
    let again = try detector.restore(
      fitted.tensors.mapValues { $0.cloned() }, backbone: check.backbone)
    try again.checkImageSize(height: check.side, width: check.side)
    try expect(
      score(again, images).words == score(fitted, images).words,
      "what is restored from its tensors scores an image differently")
    try expect(
      again.tensors.keys.sorted() == fitted.tensors.keys.sorted(),
      "what is restored has other tensors than it was restored from")
    for (name, tensor) in fitted.tensors.sorted(by: { $0.key < $1.key }) {
      try expect(!tensor.requiresGrad, "the tensor \(name) wants a gradient")
    }
  }

  private func shapes(_ expect: Expect) throws {
    for count in [1, 3] {
      let batch = score(
        fitted, try ClothPictures(100..<100 + count, preprocessing: preprocessing))
      try expect(!batch.evidence.scales.isEmpty, "no evidence")
      for scale in batch.evidence.scales {
        let shape = scale.statistic.shape
        try expect(
          shape.count == 3 && shape[0] == count, "evidence \(shape) of \(count) images")
        try expect(scale.statistic.isFinite().all(), "evidence that is not finite")
        if case .chiSquare(let degrees) = scale.null {
          try expect(
            degrees > 0 && scale.statistic.min().item() >= 0,
            "evidence that cannot be chi-square with \(degrees) degrees of freedom")
        }
        if case .hotelling(let dimensions, let samples) = scale.null {
          try expect(
            dimensions > 0 && samples > 0 && scale.statistic.min().item() >= 0,
            "evidence that cannot be distances in \(dimensions) dimensions by \(samples) samples")
        }
      }
      let size = [count, check.side, check.side]
      try expect(batch.maps.shape == size, "maps \(batch.maps.shape), not \(size)")
      try expect(batch.scores.shape == [count], "scores \(batch.scores.shape), not [\(count)]")
      try expect(
        batch.maps.isFinite().all() && batch.scores.isFinite().all(),
        "maps or scores that are not finite")
    }
    try expect(
      fitted.metrics.values.allSatisfy(\.isFinite), "metrics that are not finite")
  }

  private func alone(_ expect: Expect) throws {
    let images = try torn(100..<104)
    let together = score(fitted, images).scores.to(.float64).array(of: Double.self)
    for (index, among) in together.enumerated() {
      let single = ClothPictures(images: images.images[index..<index + 1])
      let own = score(fitted, single).scores.to(.float64).item()
      try expect(
        abs(own - among) <= 1e-4 * max(abs(own), abs(among), 1),
        "an image alone scores \(own), among others \(among)")
    }
  }

  private func threads(_ expect: Expect) throws {
    let scorer = Scorer(fitted, preprocessing)
    let pictures = (0..<4).map {
      ClothPictures.picture(100 + $0, width: check.side, height: check.side, isTorn: $0 == 1)
    }
    let one = try pictures.map { try scorer.score($0, name: "cloth").words }
    let others = Mutex<[[[UInt32]]]>([])
    let threads = (0..<8).map { number in
      Thread {
        var own = [[UInt32]](repeating: [], count: pictures.count)
        // Each in an order of its own.
        for index in pictures.indices.map({ ($0 + number) % pictures.count }) {
          own[index] = (try? scorer.score(pictures[index], name: "cloth").words) ?? []
        }
        others.withLock { $0.append(own) }
      }
    }
    for thread in threads { thread.start() }
    while others.withLock({ $0.count }) < threads.count { usleep(1000) }
    for own in others.withLock({ $0 }) {
      try expect(own == one, "a thread beside others scores an image differently")
    }
  }

  private func flaw(_ expect: Expect) throws {
    let clean = score(fitted, try ClothPictures(100..<106, preprocessing: preprocessing)).scores
    let flawed = score(fitted, try torn(200..<206)).scores
    let (worst, least) = (clean.max().item(), flawed.min().item())
    try expect(least > worst, "a torn cloth scores \(least), a good one \(worst)")
  }

  private func settings(_ expect: Expect) throws {
    let type = type(of: detector)
    let registry = DetectorRegistry([type])
    let settings = try JSONValue(encoding: detector).members
    let again = try registry.detector(type.name, settings: settings)
    try expect(
      try JSONValue(encoding: again).members == settings, "settings do not come back from a file")
    let described = Set(type.settings.map(\.name))
    if !described.isEmpty {
      try expect(
        described == Set(settings.keys),
        "bounds are given for \(described.sorted()), settings are \(settings.keys.sorted())")
    }
    try expect(
      refuses { _ = try registry.detector(type.name, settings: ["no such": 1]) },
      "a setting that it lacks is taken")
  }

  /// Whether `body` throws an ``InspectionError``.
  private func refuses(_ body: () throws -> Void) -> Bool {
    do {
      try body()
      return false
    } catch { return error is InspectionError }
  }

  private func hostileSettings(_ expect: Expect) throws {
    let type = type(of: detector)
    let registry = DetectorRegistry([type])
    let own = try JSONValue(encoding: detector).members
    for name in own.keys.sorted() {
      let domain = type.settings.first { $0.name == name }?.domain
      for value in Self.hostile {
        do {
          let changed = try registry.detector(detector, settings: [name: value])
          try changed.validate(height: check.side, width: check.side, backbone: check.backbone)
          try expect(
            domain?.contains(value) ?? value.isNumber, "\(name)=\(value) is taken")
        } catch let error as InspectionError {
          try expect(
            error.isUsage, "\(name)=\(value) is not told as a mistake of its user: \(error)")
          try expect(
            domain?.contains(value) != false || error.subject.hasSuffix(name),
            "\(name)=\(value) is told by another name: \(error)")
        }
      }
    }
    for (height, width) in [(Int.max, Int.max), (0, 64), (64, -1), (.min, .min), (1 << 40, 1)] {
      try expect(
        refuses { try detector.validate(height: height, width: width, backbone: check.backbone) },
        "images of \(width) x \(height) pixels are taken")
    }
  }

  private static let hostile: [JSONValue] = [
    .integer(.max), .integer(.min), -1, 0, .integer(1 << 31), .integer(1 << 40), 1e300, -1e300,
    1e19, 0.5, 1e-300, .number(.nan), .number(.infinity), true, .null, "", "nan", "💥",
    .string(String(repeating: "x", count: 10_000)), .object([:]), [], [.integer(.max)], [-1, 0],
    [1e300], .array([JSONValue](repeating: 4, count: 10_000)), [4, 4], [.null], [[]],
  ]

  private func notFinite(_ expect: Expect) throws {
    var one = good
    one.images = good.images.cloned()
    one.images[3..<4].copy(from: .full([1, 3, check.side, check.side], .nan))
    var isTold = false
    do { _ = try Self.fit(check, one) } catch { isTold = true }
    try expect(isTold, "a fit on an image that is not finite is taken")
    let scorer = Scorer(fitted, preprocessing)
    let levels = Tensor.full([1, 3, check.side, check.side], .nan)
    try expect(
      refuses { _ = try scorer.score(resized: levels, name: "nan") },
      "an image that is not finite gets a score that is")
  }

  private func smallImages(_ expect: Expect) throws {
    for (height, width) in [(1, 1), (2, 3), (8, 8), (17, 64), (33, 47)] {
      do {
        try detector.validate(height: height, width: width, backbone: check.backbone)
      } catch let error as InspectionError {
        try expect(error.isUsage, "\(width) x \(height) pixels: \(error)")
        continue
      }
      let preprocessing = ImagePreprocessing(
        height: height, width: width, colors: preprocessing.colors)
      let images = try ClothPictures(0..<check.count, preprocessing: preprocessing)
      let batch = score(
        try Self.fit(check, images), ClothPictures(images: images.images[0..<1]))
      try expect(
        batch.maps.shape == [1, height, width] && batch.scores.isFinite().all(),
        "\(width) x \(height) pixels are valid, but get maps \(batch.maps.shape)")
    }
  }

  private struct Stop: Error {}

  private func interruption(_ expect: Expect) throws {
    let told = Mutex<[WorkProgress]>([])
    _ = try Self.fit(check, good) { progress in told.withLock { $0.append(progress) } }
    let progress = told.withLock { $0 }
    try expect(progress.contains { $0.completed == $0.total }, "no work is told to its end")
    for step in progress {
      try expect(
        (0...step.total).contains(step.completed),
        "\(step.completed) of \(step.total) \(step.unit) are told")
    }
    for stop in Set([1, progress.count / 2, progress.count]) where stop > 0 {
      var count = 0
      var isStopped = false
      do {
        _ = try Self.fit(check, good) { _ in
          count += 1
          if count == stop { throw Stop() }
        }
      } catch is Stop { isStopped = true }
      try expect(isStopped, "a fit goes on after `report` threw at its \(stop). call")
    }
  }

  /// Keeps checkpoints, and ends the fit after some of them.
  private final class Checkpoints: CheckpointStore {
    var saved = 0
    var last: Checkpoint?
    let limit: Int

    init(limit: Int, last: Checkpoint? = nil) {
      self.limit = limit
      self.last = last
    }

    func load() throws -> Checkpoint? { last }

    func save(_ checkpoint: Checkpoint) throws {
      // As on a disk: nothing that is learnt later changes it.
      last = Checkpoint(
        tensors: checkpoint.tensors.mapValues { $0.cloned() }, state: checkpoint.state)
      saved += 1
      if saved == limit { throw Stop() }
    }
  }

  private func resumed(_ expect: Expect) throws {
    let whole = Checkpoints(limit: .max)
    let undisturbed = try Self.fit(check, good, seed: 5, checkpoints: whole)
    // Many learn in one pass.
    guard whole.saved > 0 else { return }
    let images = try torn(100..<102)
    let expected = score(undisturbed, images).words
    for stop in Set([1, whole.saved - 1]) where stop > 0 {
      let first = Checkpoints(limit: stop)
      do {
        _ = try Self.fit(check, good, seed: 5, checkpoints: first)
      } catch is Stop {}
      let again = try Self.fit(
        check, good, seed: 5, checkpoints: Checkpoints(limit: .max, last: first.last))
      try expect(
        score(again, images).words == expected,
        "a fit that goes on after \(stop) of \(whole.saved) checkpoints learns something else")
    }
  }

  private func damaged(_ expect: Expect) throws {
    func restore(_ tensors: [String: Tensor], _ backbone: (any Backbone)?) throws
      -> any FittedDetector
    {
      let restored = try detector.restore(tensors, backbone: backbone)
      try restored.checkImageSize(height: check.side, width: check.side)
      return restored
    }
    func throwsSomething(_ body: () throws -> Void) -> Bool {
      do {
        try body()
        return false
      } catch { return true }
    }
    try expect(
      throwsSomething { _ = try restore([:], check.backbone) },
      "a detector is made of no tensors at all")
    if detector.backboneID != nil {
      try expect(
        refuses { _ = try restore(fitted.tensors, nil) }, "a detector is restored without backbone")
      try expect(
        refuses { _ = try detector.fit(on: good, FitContext(backbone: nil)) },
        "a detector is fitted without backbone")
    }
    let scorer = { (fitted: any FittedDetector) in Scorer(fitted, preprocessing) }
    let picture = ClothPictures.picture(
      100, width: check.side, height: check.side, isTorn: false)
    // Layers are alike: of tensors with one last name the first and the last.
    let kinds = Dictionary(grouping: fitted.tensors.keys.sorted()) { $0.split(separator: ".").last }
    for name in Set(kinds.values.flatMap { [$0[0], $0[$0.count - 1]] }).sorted() {
      guard let tensor = fitted.tensors[name] else { continue }
      for lie in Self.lies(tensor) {
        var tensors = fitted.tensors
        tensors[name] = lie
        // Either is fine; a trap is not.
        do { _ = try scorer(restore(tensors, check.backbone)).score(picture, name: name) } catch {}
      }
    }
  }

  /// Tensors of other shape, rank, type or content.
  static func lies(_ tensor: Tensor) -> [Tensor?] {
    let other: DType =
      switch tensor.dtype {
      case .float32: .float64
      case .float64: .float32
      case .int64: .float32
      default: .int64
      }
    let (shape, dtype) = (tensor.shape, tensor.dtype)
    let contents: [Double] = dtype.isFloatingPoint ? [.nan, -1, 0, 1e30] : [-1, 0, 1e18]
    let shapes = [[], [0], [1], [2, 3], [3, 5, 7], shape + [1], shape.map { $0 + 1 }]
    var lies: [Tensor?] = [nil, tensor.to(other), tensor.flattened()]
    lies += shapes.map { Tensor.zeros($0, dtype: dtype) }
    lies += [other, .bool].map { Tensor.zeros(shape, dtype: $0) }
    lies += contents.map { Tensor.full(shape, $0, dtype: dtype) }
    return lies
  }
}

extension JSONValue {
  /// Whether it is of the kind of numbers that have bounds, and finite.
  fileprivate var isNumber: Bool {
    switch self {
    case .number(let value): value.isFinite
    default: true
    }
  }
}
