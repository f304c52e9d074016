import CLibCrypto
import Foundation

/// The SHA-256 digest of files and bytes, by which weights and data sets are told apart.
package enum SHA256 {
  /// The digest of the file at `path`: 64 lowercase hexadecimal digits. Throws ``StorageError``.
  package static func hex(ofFile path: String) throws -> String {
    let (descriptor, _) = try MappedFile.open(path)
    defer { close(descriptor) }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { chunk.deallocate() }
    return try hex { update in
      while true {
        let count = Foundation.read(descriptor, chunk.baseAddress, chunk.count)
        if count < 0 {
          if errno == EINTR { continue }
          throw SystemCall(failedTo: "read it").error(file: path)
        }
        if count == 0 { return }
        update(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
      }
    }
  }

  /// The digest of `bytes`: 64 lowercase hexadecimal digits.
  package static func hex(of bytes: UnsafeRawBufferPointer) -> String {
    hex { $0(bytes) }
  }

  /// The digest of `bytes`: 64 lowercase hexadecimal digits.
  package static func hex(of bytes: some ContiguousBytes) -> String {
    bytes.withUnsafeBytes { hex(of: $0) }
  }

  private static func hex<E>(
    _ feed: ((UnsafeRawBufferPointer) -> Void) throws(E) -> Void
  ) throws(E) -> String {
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    var digest = [UInt8](repeating: 0, count: 32)
    precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "libcrypto offers no SHA-256")
    try feed { bytes in _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }
    precondition(EVP_DigestFinal_ex(context, &digest, nil) == 1, "libcrypto failed in SHA-256")
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
