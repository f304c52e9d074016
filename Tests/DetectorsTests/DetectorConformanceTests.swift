import DetectorConformance
import Detectors
import Inspection
import Testing

/// What every detector of the registry promises.
@Suite struct DetectorConformanceTests {
  @Test(arguments: DetectorRegistry.all.names) func keepsTheLaws(_ name: String) throws {
    for violation in try SmallModels.check(name).violations() {
      Issue.record("\(name), \(violation)")
    }
  }
}
