/// The settings of one hop: which neighborhoods are described, and by how many kernels.
public struct SaabHop: Codable, Sendable, Hashable {
  /// Side of the square neighborhood, in samples of the maps that the hop takes.
  public var window: Int
  public var stride: Int
  /// AC components of each node; all but the null one where nil.
  public var components: Int?
  /// Side of the squares that the maps are reduced to the maximum of before the hop; 1 leaves them as they are. Where a
  /// side is no multiple, zeros are added below and to the right.
  public var pooling: Int
  /// Whether all channels together make one node (the ordinary Saab transform) instead of one node each.
  public var isJoint: Bool

  public init(
    window: Int, stride: Int = 1, components: Int? = nil, pooling: Int = 1, isJoint: Bool = false
  ) {
    self.window = window
    self.stride = stride
    self.components = components
    self.pooling = pooling
    self.isJoint = isJoint
  }

  /// What becomes of a side of so many samples; below 1 where the window does not fit.
  public func side(_ input: Int) -> Int {
    let pooled = (input + pooling - 1) / pooling
    return pooled < window ? 0 : (pooled - window) / stride + 1
  }
}
