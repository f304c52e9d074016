import CTorch

/// A failure of libtorch: the operator, its message without C++ backtrace, and what went in.
public struct TorchError: Error, CustomStringConvertible, Sendable {
  public enum Kind: Sendable { case general, outOfMemory, linearAlgebra }

  public let kind: Kind
  public let operation: String
  public let message: String
  /// One entry an argument, such as `float32[1, 3, 224, 224]`.
  public let arguments: [String]

  public var description: String {
    let inputs = arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))"
    return "\(operation)\(inputs): \(message)"
  }

  /// The failure that the calling thread saw last.
  static func last(in operation: String, arguments: [String] = []) -> TorchError {
    let kind: Kind =
      switch ct_error_kind() {
      case CT_ERROR_OUT_OF_MEMORY: .outOfMemory
      case CT_ERROR_LINEAR_ALGEBRA: .linearAlgebra
      default: .general
      }
    return TorchError(
      kind: kind, operation: operation, message: String(cString: ct_error_message()),
      arguments: arguments)
  }

  /// Ends the program: tensor arithmetic that cannot be carried out is a programmer's error or exhausted memory.
  ///
  /// A program that wants its last words in a form of its own sets ``lastWords``.
  func trap() -> Never {
    Self.lastWords?(self)
    fatalError(description)
  }

  /// Called before a trap; it may end the process itself.
  nonisolated(unsafe) public static var lastWords: (@Sendable (TorchError) -> Void)?
}
