import Torch

extension Tensor {
  /// Images `[N, C, H, W]`, enlarged until their shorter side has `side` pixels where it has fewer.
  func enlarged(toShorterSide side: Int) -> Tensor {
    let (height, width) = (shape[2], shape[3])
    let shorter = Swift.min(height, width)
    guard shorter < side else { return self }
    return resampled(
      height: (height * side + shorter / 2) / shorter,
      width: (width * side + shorter / 2) / shorter)
  }
}
