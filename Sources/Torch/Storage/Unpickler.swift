/// Reads a Python pickle (binary opcodes of protocols 1 to 5) without running anything.
///
/// A pickle is a program for a stack machine that may call any Python function. This machine knows
/// the few functions that checkpoints need (``PickleGlobal``) and refuses the rest by name. What it
/// builds is bounded by the length of the pickle.
/// Source of the opcodes: Python's `Lib/pickletools.py`.
struct Unpickler {
  /// Finds the memory of a storage in the file: its record, type and number of elements.
  typealias StorageFinder = (_ key: String, _ dtype: DType, _ count: Int) throws -> Range<Int>

  var reader: ByteReader
  let findStorage: StorageFinder
  var nodes: [PickleNode] = []
  private var stack: [Int] = []
  private var marks: [Int] = []
  private var memo: [Int: Int] = [:]
  private var copied = 0

  /// Will read from the start of `bytes`, which are part of `file`.
  init(_ bytes: UnsafeRawBufferPointer, file: String, findStorage: @escaping StorageFinder) {
    reader = ByteReader(bytes, file: file, content: "pickle")
    self.findStorage = findStorage
  }

  /// Reads one pickle from `bytes` and moves `offset` behind it. Throws ``StorageError``.
  static func load(
    _ bytes: UnsafeRawBufferPointer, from offset: inout Int, file: String,
    findStorage: @escaping StorageFinder
  ) throws -> PickleValue {
    var unpickler = Unpickler(bytes, file: file, findStorage: findStorage)
    unpickler.reader.offset = offset
    let root = try unpickler.run()
    offset = unpickler.reader.offset
    var freezer = PickleFreezer(nodes: unpickler.nodes, file: file)
    return try freezer.value(of: root)
  }

  func error(_ found: String, expected: String = "") -> StorageError {
    StorageError(
      file: reader.file, found: "\(found) at byte \(reader.offset) of the pickle",
      expected: expected,
      remedy: "the file is damaged or no checkpoint: fetch it again or save a state_dict anew")
  }

  /// Counts what is copied out of values that may be used again, which alone can outgrow the pickle.
  mutating func charge(_ count: Int) throws {
    copied += count
    guard copied <= reader.bytes.count else { throw error("more copies than the pickle has bytes") }
  }

  /// Runs the opcodes up to STOP; the position of the result in `nodes`.
  private mutating func run() throws -> Int {
    while true {
      let opcode = try reader.integer(UInt8.self)
      if opcode == UInt8(ascii: ".") { return try pop() }
      try step(opcode)
    }
  }

  private mutating func step(_ opcode: UInt8) throws {
    switch opcode {
    // Framing
    case 0x80: _ = try reader.integer(UInt8.self)  // PROTO
    case 0x95: _ = try reader.integer(UInt64.self)  // FRAME
    // Stack and memo
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"): stack.append(try top())
    case UInt8(ascii: "q"): memo[Int(try reader.integer(UInt8.self))] = try top()
    case UInt8(ascii: "r"): memo[Int(try reader.integer(UInt32.self))] = try top()
    case 0x94: memo[memo.count] = try top()  // MEMOIZE
    case UInt8(ascii: "h"): stack.append(try recall(Int(reader.integer(UInt8.self))))
    case UInt8(ascii: "j"): stack.append(try recall(Int(reader.integer(UInt32.self))))
    // Scalars
    case UInt8(ascii: "N"): push(.none)
    case 0x88: push(.bool(true))
    case 0x89: push(.bool(false))
    case UInt8(ascii: "J"): push(.int(Int(try reader.integer(Int32.self))))
    case UInt8(ascii: "K"): push(.int(Int(try reader.integer(UInt8.self))))
    case UInt8(ascii: "M"): push(.int(Int(try reader.integer(UInt16.self))))
    case 0x8A: push(integer(try reader.take(Int(reader.integer(UInt8.self)))))
    case 0x8B: push(integer(try reader.take(Int(reader.integer(Int32.self)))))
    case UInt8(ascii: "G"):
      push(.float(Double(bitPattern: try reader.integer(UInt64.self).byteSwapped)))
    // Text and bytes; Python 2 wrote names as byte strings (T, U).
    case 0x8C, UInt8(ascii: "U"): push(try string(count: Int(reader.integer(UInt8.self))))
    case UInt8(ascii: "X"), UInt8(ascii: "T"):
      push(try string(count: Int(reader.integer(UInt32.self))))
    case 0x8D: push(try string(count: reader.length64()))
    case UInt8(ascii: "C"): push(.bytes(Array(try reader.take(Int(reader.integer(UInt8.self))))))
    case UInt8(ascii: "B"): push(.bytes(Array(try reader.take(Int(reader.integer(UInt32.self))))))
    case 0x8E, 0x96: push(.bytes(Array(try reader.take(reader.length64()))))
    // Containers
    case UInt8(ascii: "]"), 0x8F: push(.list([]))
    case UInt8(ascii: ")"): push(.tuple([]))
    case UInt8(ascii: "}"): push(.dictionary([]))
    case UInt8(ascii: "l"), 0x91: push(.list(try popToMark()))
    case UInt8(ascii: "t"): push(.tuple(try popToMark()))
    case UInt8(ascii: "d"): push(.dictionary(try pairs(popToMark())))
    case 0x85...0x87: push(.tuple(try pop(Int(opcode) - 0x84)))
    case UInt8(ascii: "a"): try append(pop(1))
    case UInt8(ascii: "e"), 0x90: try append(popToMark())
    case UInt8(ascii: "s"): try insert(pairs(pop(2)))
    case UInt8(ascii: "u"): try insert(pairs(popToMark()))
    // Names, calls and storages
    case UInt8(ascii: "c"):
      let (module, name) = (try line(), try line())
      push(.global(try global(module: module, name: name)))
    case 0x93:
      let parts = try pop(2)
      guard case .string(let module) = nodes[parts[0]], case .string(let name) = nodes[parts[1]]
      else { throw error("a name that is no text") }
      push(.global(try global(module: module, name: name)))
    case UInt8(ascii: "R"), 0x81:
      let parts = try pop(2)
      stack.append(try call(parts[0], arguments: parts[1]))
    case 0x92:
      let parts = try pop(3)
      stack.append(try call(parts[0], arguments: parts[1]))
    case UInt8(ascii: "b"):
      let state = try pop()
      try build(top(), state: state)
    case UInt8(ascii: "Q"): push(.storage(try storage(pop())))
    default: throw error("opcode \(opcode)", expected: "one of a checkpoint's pickle")
    }
  }

  // MARK: Stack

  private mutating func push(_ node: PickleNode) { stack.append(add(node)) }

  mutating func add(_ node: PickleNode) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }

  /// Values below the last mark are out of reach until it is removed.
  private var floor: Int { marks.last ?? 0 }

  private func top() throws -> Int {
    guard stack.count > floor, let top = stack.last else { throw error("an empty stack") }
    return top
  }

  private mutating func pop() throws -> Int {
    let top = try top()
    stack.removeLast()
    return top
  }

  private mutating func pop(_ count: Int) throws -> [Int] {
    guard stack.count - floor >= count else { throw error("too short a stack") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [Int] {
    guard let mark = marks.popLast() else { throw error("no mark on the stack") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private func recall(_ key: Int) throws -> Int {
    guard let node = memo[key] else { throw error("memo \(key), which was never set") }
    return node
  }

  // MARK: Values

  private func integer(_ bytes: UnsafeRawBufferPointer) -> PickleNode {
    guard bytes.count <= 8 else { return .largeInteger(Array(bytes)) }
    var value = bytes.last.map { $0 >= 0x80 ? -1 : 0 } ?? 0
    for byte in bytes.reversed() { value = value << 8 | Int(byte) }
    return .int(value)
  }

  private mutating func string(count: Int) throws -> PickleNode {
    .string(String(decoding: try reader.take(count), as: UTF8.self))
  }

  private mutating func line() throws -> String {
    let rest = reader.bytes[reader.offset...]
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { throw error("no end of line") }
    let text = String(decoding: try reader.take(end - reader.offset), as: UTF8.self)
    reader.offset += 1
    return text
  }

  private func pairs(_ flat: [Int]) throws -> [(key: Int, value: Int)] {
    guard flat.count.isMultiple(of: 2) else { throw error("a key without a value") }
    return stride(from: 0, to: flat.count, by: 2).map { (flat[$0], flat[$0 + 1]) }
  }

  private mutating func append(_ values: [Int]) throws {
    let target = try top()
    guard case .list(var list) = nodes[target] else { throw error("an append to no list") }
    // The node lets go of the list first, or growing it would copy it each time.
    nodes[target] = .none
    list += values
    nodes[target] = .list(list)
  }

  private mutating func insert(_ pairs: [(key: Int, value: Int)]) throws {
    let target = try top()
    guard case .dictionary(var entries) = nodes[target] else {
      throw error("an entry for no dictionary")
    }
    nodes[target] = .none
    entries += pairs
    nodes[target] = .dictionary(entries)
  }

  private func global(module: String, name: String) throws -> PickleGlobal {
    guard let global = PickleGlobal(module: module[...], name: name[...]) else {
      throw StorageError(
        file: reader.file, found: "the pickle calls for \(module).\(name)",
        expected: "only the few names that tensors in dictionaries need",
        remedy:
          "nothing was run; if you trust the file, load it in Python and save its state_dict alone")
    }
    return global
  }
}
