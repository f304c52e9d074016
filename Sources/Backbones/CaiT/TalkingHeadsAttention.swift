import Torch

/// Self-attention whose heads are mixed with each other before and after the softmax.
///
/// What a query attends to depends on no other query, so they are taken in groups: at no time is there more than a group's
/// share of the `heads * T * T` weights, and that share stays in the processor's cache.
///
/// Source: Shazeer et al., "Talking-Heads Attention", 2020.
package struct TalkingHeadsAttention: TokenAttention {
  /// Weights of a group, at most, save that one query makes a group in any case.
  static let groupSize = 1 << 19

  private let heads: Int
  private let queriesKeysValues: Linear
  private let projection: Linear
  /// `[heads, heads]`, the division by the root of the length of a key included.
  private let mixBefore: Tensor
  /// `[heads, heads]`.
  private let mixAfter: Tensor
  /// `[heads, 1, 1]`: what mixing adds to every weight of a head.
  private let offset: Tensor

  package init(_ path: ParameterPath, _ channels: Int, heads: Int) {
    self.heads = heads
    queriesKeysValues = Linear(path / "qkv", channels, 3 * channels)
    projection = Linear(path / "proj", channels, channels)
    let before = Linear(path / "proj_l", heads, heads)
    let after = Linear(path / "proj_w", heads, heads)
    (mixBefore, mixAfter, offset) = noGrad {
      // The bias of the first mixing is the same for all keys, so the softmax takes no notice of it.
      (
        before.weight * (Double(heads) / Double(channels)).squareRoot(), after.weight,
        after.bias!.reshaped(heads, 1, 1)
      )
    }
  }

  package func callAsFunction(_ tokens: Tensor) -> Tensor {
    self(tokens, groupSize: Self.groupSize)
  }

  package func callAsFunction(_ tokens: Tensor, groupSize: Int) -> Tensor {
    let (images, count, channels) = (tokens.shape[0], tokens.shape[1], tokens.shape[2])
    let length = channels / heads
    let projected = queriesKeysValues(tokens).reshaped(images, count, 3, heads, length)
    let attended = Tensor.zeros(
      [images, count, heads, length], dtype: tokens.dtype, device: tokens.device)
    let group = max(1, groupSize / (heads * count))
    for image in 0..<images {
      let parts = projected[image].permuted(1, 2, 0, 3)
      let (queries, keys, values) = (parts[0], parts[1].transposed(1, 2), parts[2])
      // Added to all weights, it adds the sum of the values.
      let shift = values.sum(1, keepDimensions: true) * offset
      for start in stride(from: 0, to: count, by: group) {
        let range = start..<min(start + group, count)
        let logits = mixed(queries.slice(1, range).matmul(keys), by: mixBefore)
        let weights = mixed(logits.softmax(-1), by: mixAfter)
        attended[image][range].copy(from: (weights.matmul(values) + shift).transposed(0, 1))
      }
    }
    return projection(attended.reshaped(images, count, channels))
  }

  /// `[heads, queries, keys]` as combinations of the heads.
  private func mixed(_ x: Tensor, by weight: Tensor) -> Tensor {
    let shape = x.shape
    return weight.matmul(x.reshaped(heads, -1)).reshaped(shape)
  }
}
