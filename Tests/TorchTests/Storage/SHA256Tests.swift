import Fixtures
import Foundation
import Testing
import Torch

@Suite struct SHA256Tests {
  /// Digests of FIPS 180-4's examples.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func digestsOfTheStandard(text: String, digest: String) {
    #expect(SHA256.hex(of: Array(text.utf8)) == digest)
  }

  @Test func filesLongerThanABuffer() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write([UInt8](repeating: 0, count: 3_000_001), to: "\(folder)/zeros")
      // `head -c 3000001 /dev/zero | sha256sum`
      #expect(
        try SHA256.hex(ofFile: "\(folder)/zeros")
          == "4f3c36cc4ec3bc4ac4c40dfc33a9c5505a31fd01c106a5277fdcc63239a8f34d")
      #expect(throws: StorageError.self) { try SHA256.hex(ofFile: "\(folder)/missing") }
      #expect(throws: StorageError.self) { try SHA256.hex(ofFile: folder) }
      // A pipe would let whoever opens it wait for ever.
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      #expect(throws: StorageError.self) { try SHA256.hex(ofFile: "\(folder)/pipe") }
    }
  }
}
