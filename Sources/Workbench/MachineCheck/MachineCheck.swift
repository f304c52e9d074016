import Backbones
import Detectors
import Foundation
import Imaging
import Inspection
import Torch

/// A look over the machine: libtorch, threads, devices, codecs, weights, data.
package struct MachineCheck {
  package let findings: [Finding]

  package init(home: Home) {
    findings =
      [
        Finding(subject: "Blemish", state: .ok, found: PackageVersion.current, remedy: nil),
        Finding(subject: "libtorch", state: .ok, found: Machine.torchVersion, remedy: nil),
        Finding(subject: "processor", state: .ok, found: Hardware.processor, remedy: nil),
        Finding(subject: "threads", state: .ok, found: "\(Machine.threads)", remedy: nil),
        Self.cuda,
      ] + ImageFormat.allCases.map(Self.codec)
      + [Finding(subject: "home", state: .ok, found: home.path, remedy: nil)]
      + BackboneRegistry.standard.architectures.filter(\.parts.isEmpty).map {
        Self.weights($0, home: home)
      }
      + [
        Self.data(
          "elpv", "labels.csv", home,
          remedy: "only for the demo; `make data-elpv` fetches it into a checkout's .deps"),
        Self.data(
          "fashion-mnist", "t10k-labels-idx1-ubyte.gz", home,
          remedy:
            "only for one-class benchmarks; `make data-fashion-mnist` fetches it into a checkout's .deps"
        ),
      ]
  }

  private static var cuda: Finding {
    let count = Device.cudaCount
    return count > 0
      ? Finding(
        subject: "CUDA", state: .ok, found: "\(count) device\(count == 1 ? "" : "s")", remedy: nil)
      : Finding(
        subject: "CUDA", state: .absent, found: "no device that this libtorch can use",
        remedy: "not needed; for a GPU, set up with the CUDA build of torch and an NVIDIA driver")
  }

  /// Reads a picture of two by two pixels, so that what is found is known to work.
  private static func codec(_ format: ImageFormat) -> Finding {
    let subject = "codec \(format.rawValue)"
    do {
      let sample = CodecSample.bytes(of: format)
      let image = try Image.decode(sample, name: "a sample")
      return Finding(
        subject: subject, state: .ok, found: "reads \(image.width) x \(image.height) pixels",
        remedy: nil)
    } catch {
      return Finding(
        subject: subject, state: .missing, found: "\(error)",
        remedy: "run `make packages` in the folder of Blemish's source, and build again")
    }
  }

  private static func weights(_ architecture: BackboneArchitecture, home: Home) -> Finding {
    let subject = "weights \(architecture.id)"
    let isDefault = architecture.id == UFlow().backbone
    do {
      let file = try WeightStore(home: home).file(for: architecture)
      return Finding(
        subject: subject, state: .ok,
        found: "\(file.path) (SHA-256 \(try file.sha256().prefix(12)))", remedy: nil)
    } catch {
      return Finding(
        subject: subject, state: isDefault ? .missing : .absent,
        found: "not in \(home.path)/weights",
        remedy: architecture.weightsRemedy)
    }
  }

  private static func data(_ name: String, _ file: String, _ home: Home, remedy: String) -> Finding
  {
    let path = "\(home.path)/data/\(name)"
    let isThere = FileManager.default.fileExists(atPath: "\(path)/\(file)")
    return Finding(
      subject: "data \(name)", state: isThere ? .ok : .absent,
      found: isThere ? path : "not in \(path)", remedy: isThere ? nil : remedy)
  }
}

/// One thing that the check of a machine looked at.
package struct Finding: Sendable {
  package enum State: String, Sendable {
    case ok
    /// The defaults do without it.
    case absent
    /// The defaults need it.
    case missing
  }

  package let subject: String
  package let state: State
  package let found: String
  /// How to get what is not there.
  package let remedy: String?
}
