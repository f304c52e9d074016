/// What an evaluation keeps of a test image.
struct EvaluatedImage {
  /// Nil where it is good.
  let defect: String?
  let score: Float
  let isAnomalous: Bool
  /// Connected parts that were marked.
  let regions: Int
  /// The scale that the strongest of them was found at; nil where there is none, or a threshold decides.
  let scale: String?
  let markedPixels: Int
  /// Where its pixels stand among those of all images; nil where nothing is known pixel by pixel.
  let pixelIndex: Int?
  /// Of what was marked and what is defective; nil likewise.
  let overlap: Double?
}
