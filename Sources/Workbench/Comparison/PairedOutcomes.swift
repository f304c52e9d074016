import Metrics

/// How often two runs decide rightly, together and alone.
public struct PairedOutcomes: Sendable, Equatable {
  public private(set) var both = 0
  public private(set) var onlyFirst = 0
  public private(set) var onlySecond = 0
  public private(set) var neither = 0

  init(_ decisions: some Sequence<(first: Bool, second: Bool)>) {
    for decision in decisions {
      switch decision {
      case (true, true): both += 1
      case (true, false): onlyFirst += 1
      case (false, true): onlySecond += 1
      case (false, false): neither += 1
      }
    }
  }

  public var images: Int { both + onlyFirst + onlySecond + neither }
  public var test: McNemarTest { McNemarTest(onlyFirst: onlyFirst, onlySecond: onlySecond) }
}
