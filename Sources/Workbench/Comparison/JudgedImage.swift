import Foundation

/// An image as a line of `predictions.jsonl` tells of it.
public struct JudgedImage: Sendable, Hashable {
  /// What makes an image the same in two runs: its path below the folder of its data set, and its label.
  public struct Identity: Sendable, Hashable, Comparable {
    public let name: String
    public let label: String

    public var isDefective: Bool { label != "good" }

    public static func < (a: Self, b: Self) -> Bool { (a.name, a.label) < (b.name, b.label) }
  }

  public let identity: Identity
  /// As it was when the image was judged.
  public let path: String
  /// Nil where the image could not be judged.
  public let score: Double?
  public let isAnomalous: Bool
  /// Below the folder of results.
  public let overlayPath: String?

  public var isDefective: Bool { identity.isDefective }

  /// The members of a line that matter here.
  struct Line: Decodable {
    /// Not there in lines of version 0.1.
    let name: String?
    let path: String
    let label: String
    let score: Double?
    let anomalous: Bool?
    let overlayPath: String?

    /// Parts of the path that lie below the data set's folder: the picture of `test/good/1.jpg` is
    /// `overlays/test/good/1.png`.
    var depth: Int? { overlayPath.map { $0.split(separator: "/").count - 1 } }
  }

  /// - Parameter depth: that of another line, for an image without a picture.
  init(_ line: Line, depth: Int?) {
    let parts = line.path.split(separator: "/")
    let name =
      line.name ?? parts.suffix(line.depth ?? depth ?? parts.count).joined(separator: "/")
    identity = Identity(name: name, label: line.label)
    path = line.path
    score = line.anomalous == nil ? nil : line.score
    isAnomalous = line.anomalous ?? false
    overlayPath = line.overlayPath
  }
}
