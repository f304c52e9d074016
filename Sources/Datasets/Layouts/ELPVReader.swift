import Foundation
import Inspection

/// Electroluminescence images of solar cells (Buerhop-Lutz et al. 2018), of one type of cell.
///
/// Training: 80 % of the cells that all experts called sound (probability 0), drawn with seed 0. Test: the other sound
/// ones, and those that are surely defective (probability 1). The uncertain ones (1/3, 2/3) stay out.
struct ELPVReader {
  let cells: String
  let home: String

  func read() throws -> Dataset {
    guard ["mono", "poly"].contains(cells) else {
      throw InspectionError(
        "elpv:\(cells)", found: "no such part of the data set",
        remedy: "use elpv:mono or elpv:poly", isUsage: true)
    }
    let folder = "\(home)/data/elpv"
    guard let table = FileManager.default.contents(atPath: "\(folder)/labels.csv") else {
      throw InspectionError(
        "\(folder)/labels.csv", found: "there is no such file",
        remedy:
          "run `make data-elpv` in the folder of Blemish's source, and set BLEMISH_HOME to .deps in it"
      )
    }
    var sound: [Sample] = []
    var defective: [Sample] = []
    for (number, line) in String(decoding: table, as: UTF8.self).split(whereSeparator: \.isNewline)
      .enumerated()
    {
      let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "," })
      guard fields.count == 3, let probability = Double(fields[1]) else {
        throw InspectionError(
          "\(folder)/labels.csv", found: "line \(number + 1) is not `image probability type`",
          remedy: "remove the folder and run `make data-elpv` again")
      }
      guard fields[2] == cells else { continue }
      let name = String(fields[0])
      let path = "\(folder)/\(name)"
      switch probability {
      case 0: sound.append(Sample(path: path, name: name, label: .good))
      case 1:
        defective.append(Sample(path: path, name: name, label: .defective(kind: "defective")))
      default: break
      }
    }
    var random = SeededRandom(seed: 0)
    let shuffled = sound.shuffled(using: &random)
    let split = sound.count * 8 / 10
    return Dataset(
      name: "elpv:\(cells)", training: shuffled[..<split].sorted { $0.name < $1.name },
      test: shuffled[split...].sorted { $0.name < $1.name } + defective)
  }
}

extension DatasetLayout {
  /// `elpv:mono` and `elpv:poly`.
  package static let elpv = DatasetLayout("elpv") { location, home in
    guard location.hasPrefix("elpv:") else { return nil }
    return try ELPVReader(cells: String(location.dropFirst(5)), home: home).read()
  }
}
