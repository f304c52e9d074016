import Backbones
import Torch

/// What a detector has at hand while it learns.
public struct FitContext {
  public let backbone: (any Backbone)?
  public let seed: UInt64
  public let device: Device
  /// Takes note of how far the work is. It throws to end the work.
  public let report: (WorkProgress) throws -> Void

  public init(
    backbone: (any Backbone)?, seed: UInt64 = 0, device: Device = .cpu,
    report: @escaping (WorkProgress) throws -> Void = { _ in }
  ) {
    self.backbone = backbone
    self.seed = seed
    self.device = device
    self.report = report
  }
}
