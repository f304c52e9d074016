extension String {
  /// The text of a fixed `char[]` field of a C struct, up to its zero.
  init<Field: BitwiseCopyable>(cField field: Field) {
    self = withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
