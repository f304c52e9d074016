/// Events counted in the same images by one model or several, such as the false alarms in a test set by the models of several
/// seeds, with what they say of the rates behind them. The images are the clusters: what several models find in one
/// image is not independent, and neither are several regions of one image.
///
/// With one model, images are independent of one another. The share of images that alarm has Clopper and Pearson's exact
/// interval, the number of events an image Garwood's, widened by the dispersion among images (``PoissonInterval``).
///
/// With S models, the S n judgements of n images count as S n / d. The design effect d = 1 + (S - 1) r (Kish 1965, section
/// 5.4) lies between 1, where models err on different images, and S, where all err on the same and say no more than one. r is the
/// correlation of two models over images. The intervals are those above of the effective counts (Korn and Graubard 1998). Since few
/// events cannot show r, it is drawn towards 1 as if by two more events that all models share: without any event, images count once.
///
/// The intervals speak of other images, judged by models like these on average. How much models differ from seed to seed is the
/// spread over seeds, and not in them. In simulations (3 and 5 models; 20 and 100 images; rates of 0.05 to 0.3;
/// models independent to equal) they held the true share of images in 95 to 100 % of the cases, and the true number of
/// regions, clustered as geometric variables, in 92 to 100 % (`Scripts/fixtures/promises.py --coverage`).
public struct RepeatedCounts: Equatable, Sendable {
  /// By model, then image.
  private let counts: [[Double]]

  /// How many events seem to be shared by all models, beside those that were seen.
  private static let sharedEvents = 2.0

  /// Nil where there are no images, no models, or more images with events than images.
  ///
  /// - Parameters:
  ///   - events: of each model, the number of events in each image that has some, by the image's name.
  ///   - images: how many there are.
  public init?(_ events: [[String: Int]], images: Int) {
    // In one order, so that sums do not differ from run to run.
    let names = Set(events.flatMap(\.keys)).sorted()
    guard images > 0, !events.isEmpty, names.count <= images else { return nil }
    counts = events.map { events in
      names.map { Double(events[$0] ?? 0) } + [Double](repeating: 0, count: images - names.count)
    }
  }

  private var judgements: Double { Double(counts.count * counts[0].count) }

  /// Events an image with their 95 % interval.
  public var perImage: PoissonInterval {
    PoissonInterval(
      count: counts.joined().reduce(0, +), exposure: judgements, dispersion: dispersion)
  }

  /// How many events tell as much as one independent event: the variance of the events in an image over their mean, at least
  /// 1, as a mean over models, times the design effect.
  public var dispersion: Double {
    let own = counts.map { counts in
      let mean = Self.mean(counts)
      return mean > 0 ? max(1, Self.variance(counts) / mean) : 1
    }
    return Self.mean(own) * Self.designEffect(counts)
  }

  /// The share of images with events, with its 95 % interval.
  public var alarmRate: BinomialInterval {
    let alarms = counts.map { $0.map { min($0, 1) } }
    let effect = Self.designEffect(alarms)
    return BinomialInterval(
      successes: alarms.joined().reduce(0, +) / effect, trials: judgements / effect)
  }

  /// How many judgements by different models say as much as one.
  private static func designEffect(_ counts: [[Double]]) -> Double {
    let models = Double(counts.count)
    guard models > 1 else { return 1 }
    return 1 + (models - 1) * correlation(counts)
  }

  /// Of two models over images: the variance of an image's sum over models says how much of it they share.
  private static func correlation(_ counts: [[Double]]) -> Double {
    let models = Double(counts.count)
    let own = mean(counts.map(variance))
    guard own > 0 else { return 1 }
    let sums = counts[0].indices.map { image in counts.reduce(0) { $0 + $1[image] } }
    let observed = (variance(sums) / (models * own) - 1) / (models - 1)
    let events = Double(counts.joined().count { $0 > 0 })
    return (events * min(max(observed, 0), 1) + sharedEvents) / (events + sharedEvents)
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// With n - 1 below; 0 of a single value.
  private static func variance(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = mean(values)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }
}
