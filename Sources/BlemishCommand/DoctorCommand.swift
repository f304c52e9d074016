import ArgumentParser
import Blemish
import CommandInterface
import Foundation

extension DoctorOptions: Work {
  func work() throws {
    let findings = MachineCheck(home: Home.standard).findings
    if output.json {
      let object = findings.map { finding in
        JSONValue.object([
          "subject": .string(finding.subject), "state": .string(finding.state.rawValue),
          "found": .string(finding.found), "remedy": finding.remedy.map(JSONValue.string) ?? .null,
        ])
      }
      try Console.result(JSON.encode(object))
    } else {
      var table = Table([Table.Column(""), Table.Column(""), Table.Column("")])
      for finding in findings {
        table.add([finding.state.rawValue, finding.subject, finding.found])
        if let remedy = finding.remedy { table.add(["", "", "-> \(remedy)"]) }
      }
      try Console.result("\(table)")
    }
    if findings.contains(where: { $0.state == .missing }) { throw ExitCode(1) }
  }
}
