import Torch

/// The lower triangle, with the diagonal, of square matrices, packed row by row: half the room of the whole.
public struct Triangle: Sendable {
  public let size: Int

  public init(_ size: Int) { self.size = size }

  /// Elements of a packed triangle.
  public var count: Int { size * (size + 1) / 2 }

  /// `[..., size, size]` to `[..., count]`.
  public func packed(_ matrices: Tensor) -> Tensor {
    let places = (0..<size).flatMap { row in (0...row).map { row * size + $0 } }
    return matrices.flattened(from: -2).selecting(
      Tensor(places).moved(to: matrices.device), axis: -1)
  }

  /// `[..., count]` to symmetric `[..., size, size]`.
  public func symmetric(_ packed: Tensor) -> Tensor {
    let places = (0..<size).flatMap { row in
      (0..<size).map { column in place(max(row, column), min(row, column)) }
    }
    return packed.selecting(Tensor(places).moved(to: packed.device), axis: -1)
      .reshaped(packed.shape.dropLast() + [size, size])
  }

  /// `[..., count]` to lower triangular `[..., size, size]`.
  public func lower(_ packed: Tensor) -> Tensor { symmetric(packed).lowerTriangle() }

  private func place(_ row: Int, _ column: Int) -> Int { row * (row + 1) / 2 + column }
}
