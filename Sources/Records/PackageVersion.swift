/// The version of this package.
public enum PackageVersion {
  public static let current = "0.2.0"
}
