/// The version of this package.
public enum PackageVersion {
  /// As in the changelog; models and records of runs carry it.
  public static let current = "0.2.0"
}
