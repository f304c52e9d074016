/// What the mixture of all training patches begins with.
public enum MixtureStart: String, Codable, Sendable, CaseIterable {
  /// The memberships that the DE network predicts.
  case memberships
  /// The nearest of the centers that k-means finds in some of the patches.
  case kmeans
}
