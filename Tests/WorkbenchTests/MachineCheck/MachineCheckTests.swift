import Backbones
import Fixtures
import Foundation
import Testing
import Torch
import Workbench

@Suite struct MachineCheckTests {
  private static func findings(_ home: String) -> [String: Finding] {
    Dictionary(
      uniqueKeysWithValues: MachineCheck(home: Home(path: home)).findings.map { ($0.subject, $0) })
  }

  @Test func anEmptyHomeLacksTheDefaultWeights() throws {
    try withTemporaryFolder { home in
      let findings = Self.findings(home)
      #expect(
        findings.values.filter { $0.state == .missing }.map(\.subject)
          == ["weights efficientnet_lite0"])
      let weights = try #require(findings["weights efficientnet_lite0"])
      #expect(weights.found == "not in \(home)/weights")
      #expect(weights.remedy?.contains("blemish weights fetch efficientnet_lite0") == true)
      for id in BackboneRegistry.standard.architectures.dropFirst().filter(\.parts.isEmpty).map(
        \.id)
      {
        #expect(findings["weights \(id)"]?.state == .absent)
        #expect(findings["weights \(id)"]?.remedy?.isEmpty == false)
      }
      #expect(findings["data elpv"]?.state == .absent)
      #expect(findings["data elpv"]?.remedy?.contains("make data-elpv") == true)
      #expect(findings["data fashion-mnist"]?.remedy?.contains("make data-fashion-mnist") == true)
      #expect(findings["home"]?.found == home)
    }
  }

  @Test func everythingIsThere() throws {
    try withTemporaryFolder { home in
      for id in BackboneRegistry.standard.ids { try write("abc", to: "\(home)/weights/\(id).pth") }
      try write("", to: "\(home)/data/elpv/labels.csv")
      try write("", to: "\(home)/data/fashion-mnist/t10k-labels-idx1-ubyte.gz")
      let findings = Self.findings(home)
      #expect(findings.values.allSatisfy { $0.state == .ok || $0.subject == "CUDA" })
      // The digest of "abc" as FIPS 180-2 has it.
      #expect(
        findings["weights resnet18"]?.found
          == "\(home)/weights/resnet18.pth (SHA-256 ba7816bf8f01)")
      #expect(findings["data elpv"]?.found == "\(home)/data/elpv")
      #expect(findings["data elpv"]?.remedy == nil)
    }
  }

  @Test(arguments: ["PNG", "JPEG", "TIFF", "WebP", "BMP"])
  func codecsRead(_ format: String) throws {
    let finding = try #require(Self.findings("/nowhere")["codec \(format)"])
    #expect(finding.state == .ok)
    #expect(finding.found == "reads 2 x 2 pixels")
  }

  @Test func tellsTheMachine() {
    let findings = Self.findings("/nowhere")
    #expect(findings["Blemish"]?.found == PackageVersion.current)
    #expect(findings["libtorch"]?.found == Machine.torchVersion)
    #expect(findings["threads"]?.found == "\(Machine.threads)")
    #expect(findings["processor"]?.found == Hardware.processor)
    #expect(findings["CUDA"]?.state == (Device.cudaCount > 0 ? .ok : .absent))
  }
}
