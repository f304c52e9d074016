import Fixtures
import Foundation
import Testing
import Torch

@Suite struct NPYTests {
  private func fixture(_ name: String) -> String {
    Fixture.path("Storage/\(name).npy", beside: #filePath)
  }

  @Test(arguments: ["rows", "columns", "version1", "version2", "version3"])
  func readsWhatNumpyWrote(name: String) throws {
    let tensor = try NPY.read(fixture(name))
    #expect(tensor.shape == [2, 3, 4])
    #expect(tensor.strides == (name == "columns" ? [1, 2, 6] : [12, 4, 1]))
    #expect(tensor.array(of: Float.self) == (0..<24).map { Float($0) / 7 })
  }

  @Test(arguments: [
    DType.bool, .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64, .float16,
    .float32, .float64,
  ])
  func everyTypeSurvives(dtype: DType) throws {
    let path = fixture("\(dtype)")
    let tensor = try NPY.read(path)
    #expect(tensor.dtype == dtype)
    #expect(tensor.shape == [3])
    #expect(tensor.to(.float64).array(of: Double.self) == [0, 1, dtype == .bool ? 1 : 100])
    try withTemporaryFolder { folder in
      try NPY.write(tensor, to: "\(folder)/a.npy")
      // numpy's own bytes, down to the padding of the header.
      #expect(try SHA256.hex(ofFile: "\(folder)/a.npy") == SHA256.hex(ofFile: path))
    }
  }

  @Test func scalarsAndEmptyArraysHaveTheirShapes() throws {
    #expect(try NPY.read(fixture("scalar")).shape == [])
    #expect(try NPY.read(fixture("scalar")).item() == 2.5)
    #expect(try NPY.read(fixture("empty")).shape == [2, 0])
  }

  @Test func columnsAreWrittenAsRows() throws {
    try withTemporaryFolder { folder in
      try NPY.write(NPY.read(fixture("columns")), to: "\(folder)/a.npy")
      #expect(try NPY.read("\(folder)/a.npy").strides == [12, 4, 1])
      #expect(try NPY.read("\(folder)/a.npy").array(of: Float.self).last == 23 / 7)
    }
  }

  @Test(arguments: [("big-endian", ">f4"), ("complex", "<c8"), ("objects", "|O")])
  func otherTypesAreNamed(name: String, mention: String) {
    let path = fixture(name)
    let error = #expect(throws: StorageError.self) { _ = try NPY.read(path) }
    #expect(error?.file == path)
    #expect(error?.found.contains(mention) == true)
  }

  @Test func brainFloatsAreRefused() throws {
    let tensor = Tensor([1] as [Float], shape: [1]).to(.bfloat16)
    #expect(throws: StorageError.self) { try NPY.write(tensor, to: "/nowhere/a.npy") }
  }

  @Test func everyTruncationIsAnError() throws {
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture("rows"))))
    for count in 0..<whole.count {
      #expect(throws: StorageError.self) {
        try whole[..<count].withUnsafeBytes { _ = try NPY.read(bytes: $0) }
      }
    }
  }

  @Test(arguments: [
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 2), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': False, }",
    "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } + exit()",
    "{'descr': '<f4",
    "",
  ])
  func damagedHeadersAreErrors(header: String) {
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
    let bytes = start + Array(header.utf8) + [0, 0, 0, 0]
    #expect(throws: StorageError.self) {
      try bytes.withUnsafeBytes { _ = try NPY.read(bytes: $0) }
    }
  }
}
