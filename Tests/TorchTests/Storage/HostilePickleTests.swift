import Testing
import Torch

/// Pickles that nobody's `torch.save` writes.
@Suite struct HostilePickleTests {
  /// A legacy checkpoint around the opcodes `pickle`.
  private func read(_ pickle: [UInt8], keys: String = "]", storages: [UInt8] = []) throws
    -> TorchCheckpoint
  {
    let magic: [UInt8] = [0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    let version: [UInt8] = Array("M".utf8) + [0xE9, 0x03]
    let system: [UInt8] = Array("}U".utf8) + [13] + Array("little_endian".utf8) + [0x88, 0x73]
    let parts = [magic, version, system, pickle, Array(keys.utf8)]
    let bytes = [UInt8](parts.map { [0x80, 2] + $0 + [0x2E] }.joined()) + storages
    return try bytes.withUnsafeBytes { try TorchCheckpoint.read(bytes: $0, name: "hostile") }
  }

  private func expectRefusal(_ pickle: [UInt8], _ mention: String) {
    let error = #expect(throws: StorageError.self) { _ = try read(pickle) }
    #expect(error?.file == "hostile")
    #expect(error?.description.contains(mention) == true, "\(error?.description ?? "")")
  }

  @Test func theFrameItselfIsSound() throws {
    #expect(try read(Array("K\u{7}".utf8)).root.intValue == 7)
  }

  @Test(arguments: [
    "cos\nsystem\n", "cbuiltins\neval\n", "cbuiltins\ngetattr\n", "ctorch.hub\nload\n",
    "ctorch\nload\n", "cnumpy\nload\n", "ccollections\nUserDict\n", "ccollections.OrderedDict\n\n",
  ])
  func namesBeyondTheListAreRefused(opcodes: String) {
    let name = opcodes.dropFirst().split(separator: "\n", omittingEmptySubsequences: false)
    expectRefusal(Array(opcodes.utf8), "\(name[0]).\(name[1])")
  }

  @Test func deepNestingIsRefused() {
    let depth = 1_000_000
    expectRefusal(
      [UInt8](repeating: UInt8(ascii: "]"), count: depth)
        + [UInt8](repeating: UInt8(ascii: "a"), count: depth - 1), "nest")
    // Tuples within tuples, the innermost first.
    expectRefusal([UInt8(ascii: "N")] + [UInt8](repeating: 0x85, count: depth), "nest")
  }

  @Test func nestingHiddenByTheMemoIsRefused() {
    // [a, [a], [[a]], ...]: no element is deep when it is met, the last one is very deep.
    var pickle = Array("(]q\0".utf8)
    for _ in 0..<1000 { pickle += Array("h\0".utf8) + [0x85] + Array("q\0".utf8) }
    expectRefusal(pickle + Array("l".utf8), "nest")
  }

  @Test func valuesThatContainThemselvesAreRefused() {
    expectRefusal(Array("]q\0h\0a".utf8), "nest")
    expectRefusal(Array("}q\0K\u{1}h\0s".utf8), "nest")
  }

  @Test func sharedValuesStayShared() throws {
    // Each list holds the one before ten times: 10^60 elements if they were written out.
    var pickle = Array("]".utf8)
    for _ in 0..<60 {
      pickle += Array("q\0(".utf8) + Array(repeating: Array("h\0".utf8), count: 10).joined()
      pickle += Array("l".utf8)
    }
    guard case .list(let values) = try read(pickle).root else {
      Issue.record("no list")
      return
    }
    #expect(values.count == 10)
  }

  @Test func copiesOfCopiesAreRefused() {
    // A long list and then list(list) over and over.
    var pickle = Array("(".utf8) + [UInt8](repeating: UInt8(ascii: "N"), count: 10_000)
    pickle += Array("lq\0".utf8)
    for _ in 0..<10_000 { pickle += Array("cbuiltins\nlist\nh\0".utf8) + [0x85] + Array("R".utf8) }
    expectRefusal(pickle, "copies")
  }

  @Test(arguments: [
    "R", "a", "K\u{1}a", "s", "u", "e", "t", "b", "Q", "h\u{5}", "0", "K\u{1}Q",
    "(K\u{1}K\u{2}K\u{3}d",
    "K\u{1})R", "ctorch\nfloat32\n)R", "ctorch._utils\n_rebuild_tensor_v2\n)R", "cnumpy\ndtype\n)R",
    "X\u{7f}\u{7f}\u{7f}\u{7f}", "cos", "\u{1}",
  ])
  func brokenProgramsAreErrors(opcodes: String) {
    #expect(throws: StorageError.self) { _ = try read(Array(opcodes.utf8)) }
  }

  /// A tensor `w` over a storage of two floats, its offset, shape and strides as opcodes.
  private func tensor(
    _ offset: String, _ shape: [UInt8], _ strides: [UInt8], view: String = "N"
  ) throws -> Tensor? {
    var pickle = Array("}U\u{1}wctorch._utils\n_rebuild_tensor_v2\n(".utf8)
    pickle += Array("(U\u{7}storagectorch\nFloatStorage\nU\u{1}0U\u{3}cpuK\u{2}\(view)tQ".utf8)
    pickle += Array(offset.utf8) + shape + strides + [0x89] + Array("NtRs".utf8)
    let storage: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 63, 0, 0, 128, 191]
    let checkpoint = try read(pickle, keys: "]U\u{1}0a", storages: storage)
    return try checkpoint.stateDictionary().first?.tensor
  }

  private static let vast: [UInt8] = [0x8A, 8, 0, 0, 0, 0, 0, 0, 0, 64]

  @Test func tensorsStayWithinTheirStorage() throws {
    let one = Array("K\u{1}".utf8)
    let two = Array("K\u{2}".utf8)
    let zero = Array("K\0".utf8)
    #expect(try tensor("K\0", two + [0x85], one + [0x85])?.array(of: Float.self) == [0.5, -1])
    #expect(try tensor("K\u{1}", two + [0x85], zero + [0x85])?.array(of: Float.self) == [-1, -1])
    #expect(try tensor("K\u{2}", zero + [0x85], one + [0x85])?.count == 0)
    let outside: [(String, [UInt8], [UInt8])] = [
      ("K\u{1}", two + [0x85], one + [0x85]), ("K\u{3}", zero + [0x85], one + [0x85]),
      ("K\0", two + [0x85], two + [0x85]), ("K\0", Self.vast + [0x85], one + [0x85]),
      ("K\0", Self.vast + [0x85], Self.vast + [0x85]), ("K\0", two + [0x85], Self.vast + [0x85]),
      ("K\0", zero + Self.vast + Self.vast + [0x87], one + one + one + [0x87]),
      ("K\0", Self.vast + Self.vast + [0x86], zero + zero + [0x86]),
      ("K\0", two + [0x85], one + one + [0x86]), ("K\0", two + [0x85], one),
      ("J\u{7f}\u{7f}\u{7f}\u{7f}", one + [0x85], one + [0x85]),
      ("K\u{1}", two + [0x85], Array("J".utf8) + [255, 255, 255, 255, 0x85]),
    ]
    for (offset, shape, strides) in outside {
      #expect(throws: StorageError.self) { _ = try tensor(offset, shape, strides) }
    }
  }

  /// Before version 0.4, torch wrote storages that are parts of others so: `(key, first, count)`.
  @Test func viewsOfStoragesStayWithinThem() throws {
    let one = Array("K\u{1}".utf8) + [0x85]
    let view = "(U\u{1}vK\u{1}K\u{1}t"
    #expect(try tensor("K\0", one, one, view: view)?.array(of: Float.self) == [-1])
    for (offset, view) in [
      ("K\u{1}", view), ("K\0", "(U\u{1}vK\u{2}K\u{1}t"), ("K\0", "(U\u{1}vK\u{3}K\0t"),
      ("K\0", "(U\u{1}vt"),
    ] {
      #expect(throws: StorageError.self) { _ = try tensor(offset, one, one, view: view) }
    }
  }

  @Test func dictionariesWithoutTensorsAreExplained() throws {
    let checkpoint = try read(Array("}U\u{5}epochK\u{3}s".utf8))
    let error = #expect(throws: StorageError.self) { _ = try checkpoint.stateDictionary() }
    #expect(error?.found == "a dictionary of epoch")
  }
}
