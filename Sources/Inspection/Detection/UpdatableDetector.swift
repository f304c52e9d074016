/// A fitted detector that learns of new good images without the old ones.
public protocol UpdatableDetector: FittedDetector {
  /// What it is after it has seen `images`, too.
  ///
  /// - Throws: the error of the first image that cannot be read, or what `report` throws.
  func updated(with images: any TrainingImages, report: (WorkProgress) throws -> Void) throws
    -> Self
}
