/// In which numbers an image is resized; scores differ a little between the two, so a model has to remember its own.
public enum ResizeArithmetic: String, Sendable, Codable, CaseIterable {
  /// 8-bit, with the very levels of Pillow and of the papers that load images with it; by far the faster.
  case uint8

  /// Float in 0...1, as torchvision's `v2.Resize(antialias=True)` on float tensors and anomalib.
  case float
}
