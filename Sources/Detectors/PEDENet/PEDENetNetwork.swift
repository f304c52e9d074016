import Torch

/// The three networks of PEDENet; DE and LP are there once for each patch size.
public struct PEDENetNetwork: Sendable {
  public let encoder: PatchEncoder
  /// The DE networks.
  public let memberships: [MembershipNetwork]
  /// The LP networks.
  public let locations: [LocationNetwork]

  init(_ parameters: Parameters, settings: PEDENet) {
    encoder = PatchEncoder(
      parameters.root / "encoder", dimensions: settings.dimensions, width: settings.width)
    memberships = settings.patchSizes.map { size in
      MembershipNetwork(
        parameters.root / "memberships" / size, dimensions: settings.dimensions,
        clusters: settings.clusters, input: settings.densityInput)
    }
    locations = settings.patchSizes.map { size in
      LocationNetwork(
        parameters.root / "locations" / size, dimensions: settings.dimensions,
        input: settings.locationInput)
    }
  }
}
