import CTorch
import Foundation

/// A failure of libtorch: the operator, its message without C++ backtrace, and what went in.
public struct TorchError: Error, CustomStringConvertible, LocalizedError, Sendable {
  /// What kind of thing went wrong: memory, a matrix that cannot be factorized or inverted, anything else.
  public enum Kind: Sendable { case general, outOfMemory, linearAlgebra }

  /// What kind of thing went wrong.
  public let kind: Kind
  /// The operator, such as `aten::conv2d`.
  public let operation: String
  /// What libtorch says.
  public let message: String
  /// One entry an argument, such as `float32[1, 3, 224, 224]`.
  public let arguments: [String]

  public var errorDescription: String? { description }

  public var description: String {
    let inputs = arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))"
    guard kind == .outOfMemory else { return "\(operation)\(inputs): \(message)" }
    let tensor = arguments.first { argument in
      DType.allCases.contains { argument.hasPrefix("\($0)[") }
    }
    return "memory ran out in \(operation)\(tensor.map { " of \($0)" } ?? inputs)"
      + (wanted.map { ", which wanted \($0) more" } ?? "")
  }

  /// How much memory could not be had, as libtorch's allocators say it.
  private var wanted: String? {
    guard let end = message.range(of: "ried to allocate ")?.upperBound else { return nil }
    let amount = message[end...].split(separator: ". ", maxSplits: 1).first.map(String.init) ?? ""
    guard amount.hasSuffix(" bytes"), let bytes = Int(amount.dropLast(6)) else { return amount }
    return "\(max(bytes / 1_000_000, 1)) MB"
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

  /// Ends the program: tensor arithmetic that cannot be carried out is a programmer's mistake, or memory ran out where
  /// nobody asked for an error (``throwingOutOfMemory(_:)``).
  ///
  /// A program that wants its last words in a form of its own sets ``lastWords``.
  func trap() -> Never {
    let first = MemoryScope.current?.failure ?? self
    Self.lastWords?(first)
    fatalError(first.description)
  }

  /// Called before the program ends; it may end the process itself. Set it before there are other threads.
  nonisolated(unsafe) package static var lastWords: (@Sendable (TorchError) -> Void)?
}
