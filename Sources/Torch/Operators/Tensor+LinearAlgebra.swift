extension Operator {
  static let linear = Operator("linear", arguments: 3)
  static let matrixMultiply = Operator("matmul", arguments: 2)
  static let addBatchedProductInPlace = Operator("baddbmm_", arguments: 5)
  static let lowerTriangle = Operator("tril", arguments: 2)
  static let choleskyWithInfo = Operator("linalg_cholesky_ex", arguments: 3)
  static let cholesky = Operator("linalg_cholesky", arguments: 2)
  static let symmetricEigen = Operator("linalg_eigh", arguments: 2)
  static let inverse = Operator("linalg_inv", arguments: 1)
  static let solveTriangular = Operator("linalg_solve_triangular", arguments: 5)
  static let attention = Operator("scaled_dot_product_attention", arguments: 8)
  static let einsum = Operator("einsum", arguments: 3)
}

extension Tensor {
  /// `x W^T + b` over the last axis, `weight` being `[out, in]`.
  public func linear(_ weight: Tensor, bias: Tensor? = nil) -> Tensor {
    Operator.linear(self, weight, bias)
  }
  /// The product of matrices `[..., n, k]` and `[..., k, m]`, batch by batch.
  public func matmul(_ other: Tensor) -> Tensor { Operator.matrixMultiply(self, other) }
  /// `self += a b` on batches of matrices: `self` `[B, n, m]`, `a` `[B, n, k]`, `b` `[B, k, m]`.
  public func addBatchedProduct(_ a: Tensor, _ b: Tensor) {
    Operator.addBatchedProductInPlace(self, a, b)
  }
  /// The elements on and below the diagonal of matrices `[..., n, n]`, 0 above.
  public func lowerTriangle() -> Tensor { Operator.lowerTriangle(self) }
  /// The lower triangular factor of symmetric positive definite matrices `[..., n, n]`.
  ///
  /// - Throws: ``TorchError`` of kind `linearAlgebra` where a matrix is not positive definite.
  public func cholesky() throws(TorchError) -> Tensor { try Operator.cholesky.attempt(self) }
  /// As ``cholesky()``, but where a matrix is not positive definite its factor is unusable, and the second tensor
  /// `[...]` (`int32`) is not 0.
  public func choleskyWithInfo() -> (factor: Tensor, info: Tensor) {
    let results = Operator.choleskyWithInfo.tensors(self)
    return (results[0], results[1])
  }
  /// Eigenvalues in ascending order and eigenvectors in columns, of symmetric matrices `[..., n, n]`.
  public func symmetricEigen() -> (values: Tensor, vectors: Tensor) {
    let results = Operator.symmetricEigen.tensors(self)
    return (results[0], results[1])
  }
  /// The inverses of matrices `[..., n, n]`.
  ///
  /// - Throws: ``TorchError`` of kind `linearAlgebra` where a matrix is singular.
  public func inverse() throws(TorchError) -> Tensor { try Operator.inverse.attempt(self) }
  /// `X` `[..., n, m]` in `self X = b`, `self` `[..., n, n]` being triangular.
  public func solvingTriangular(_ b: Tensor, upper: Bool) -> Tensor {
    Operator.solveTriangular(self, b, upper)
  }
  /// `softmax(q k^T / sqrt(d)) v` of queries `[N, H, S, d]`, keys and values `[N, H, T, d]`.
  public static func attention(_ queries: Tensor, _ keys: Tensor, _ values: Tensor) -> Tensor {
    Operator.attention(queries, keys, values)
  }
  /// A sum of products over indices, such as `"bij,bjk->bik"`.
  public static func einsum(_ equation: String, _ operands: Tensor...) -> Tensor {
    Operator.einsum(equation, operands)
  }
}
