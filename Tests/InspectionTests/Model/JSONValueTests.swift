import Foundation
import Inspection
import Testing

@Suite struct JSONValueTests {
  private static let text = """
    {"array":[1,2.5,"a"],"bool":true,"deep":{"empty":{}},"integer":-3,"null":null,"number":1e-05}
    """

  @Test func readsEveryKind() throws {
    let value = try JSONDecoder().decode(JSONValue.self, from: Data(Self.text.utf8))
    #expect(
      value
        == .object([
          "array": .array([.integer(1), .number(2.5), .string("a")]), "bool": .bool(true),
          "deep": .object(["empty": .object([:])]), "integer": .integer(-3), "null": .null,
          "number": .number(1e-5),
        ]))
    #expect(value.members.keys.sorted() == ["array", "bool", "deep", "integer", "null", "number"])
    #expect(JSONValue.integer(1).members.isEmpty)
  }

  @Test func writesSortedKeysAndReadsThemBack() throws {
    let value = try JSONDecoder().decode(JSONValue.self, from: Data(Self.text.utf8))
    let line = try JSON.encode(value, pretty: false)
    #expect(String(decoding: line, as: UTF8.self) == Self.text)
    let pretty = try JSON.encode(value)
    #expect(pretty.last == UInt8(ascii: "\n"))
    #expect(try JSONDecoder().decode(JSONValue.self, from: pretty) == value)
  }

  @Test func pathsKeepTheirSlashes() throws {
    #expect(String(decoding: try JSON.encode("a/b", pretty: false), as: UTF8.self) == "\"a/b\"")
  }

  /// Zero and one must not turn into truth values, nor the other way round.
  @Test func numbersAndTruthValuesStayApart() throws {
    let value = JSONValue.array([.integer(0), .integer(1), .bool(false), .bool(true)])
    #expect(
      String(decoding: try JSON.encode(value, pretty: false), as: UTF8.self) == "[0,1,false,true]")
    #expect(try JSONValue(encoding: [0, 1]) == .array([.integer(0), .integer(1)]))
    #expect(try JSONValue(encoding: [false, true]) == .array([.bool(false), .bool(true)]))
  }
}
