/// A state dictionary that does not fit the network.
public struct ParameterError: Error, CustomStringConvertible, Sendable {
  public let origin: String
  public let missing: [String]
  public let extra: [String]
  public let misshapen: [String]

  package init(
    origin: String, missing: [String] = [], extra: [String] = [], misshapen: [String] = []
  ) {
    self.origin = origin
    self.missing = missing
    self.extra = extra
    self.misshapen = misshapen
  }

  public var description: String {
    let findings = [("missing", missing), ("unknown", extra), ("of another shape", misshapen)]
    let parts = findings.filter { !$0.1.isEmpty }.map { kind, names in
      let shown = names.prefix(4).joined(separator: ", ")
      let rest = names.count > 4 ? " and \(names.count - 4) more" : ""
      return "\(names.count) \(kind): \(shown)\(rest)"
    }
    return "\(origin) does not fit the network (\(parts.joined(separator: "; ")))"
  }
}
