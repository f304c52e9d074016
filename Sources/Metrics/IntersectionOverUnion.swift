/// How well the alarms of one image cover its defects: the pixels in both over the pixels in
/// either.
public struct IntersectionOverUnion: Equatable, Sendable {
  /// Defective pixels that alarm.
  public let intersection: Int
  /// Pixels that are defective or alarm.
  public let union: Int

  public init(intersection: Int, union: Int) {
    precondition(0 <= intersection && intersection <= union, "an intersection is within its union")
    self.intersection = intersection
    self.union = union
  }

  /// In [0, 1]; 1 where nothing is defective and nothing alarms.
  ///
  /// U-Flow adds 2.2e-16 to both counts for that case, which changes no other value by more.
  public var value: Double { union == 0 ? 1 : Double(intersection) / Double(union) }
}
