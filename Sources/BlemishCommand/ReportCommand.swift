import ArgumentParser
import Blemish
import CommandInterface
import Foundation

extension ReportOptions: Work {
  func work() throws {
    let out = out ?? ""
    let top = top ?? 20
    let isFile = ["html", "htm"].contains(URL(fileURLWithPath: out).pathExtension.lowercased())
    let report = isFile ? out : "\(out)/report.html"
    try checkPlace(of: report, out)
    let names = names.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let comparison = try Comparison(
      folders: runs, names: names.isEmpty ? nil : names.map(String.init))
    let html = try comparison.html(top: top, home: Home.standard.path)
    let json = try JSON.encode(comparison.json)

    try makeFolder(of: report)
    let lock = isFile ? nil : try FolderLock(out)
    defer { withExtendedLifetime(lock) {} }
    try AtomicFile.write(html, to: report)
    if !isFile {
      try AtomicFile.write(json, to: "\(out)/comparison.json")
      try AtomicFile.write(
        RunRecord(command: "report", options: asUsed(top).record).encoded(),
        to: "\(out)/\(RunRecord.fileName)")
    }
    if output.json {
      try Console.result(json)
    } else {
      try Console.result("\(comparison.table)\n\n\(comparison.summary)\nThe report is \(report)")
    }
  }

  /// The reports of runs and the records of models are not to be lost.
  private func checkPlace(of report: String, _ out: String) throws {
    let folder = URL(fileURLWithPath: report).deletingLastPathComponent().path
    let isReport = URL(fileURLWithPath: report).lastPathComponent == "report.html"
    let holds = { (name: String) in
      FileManager.default.fileExists(atPath: "\(folder)/\(name)")
    }
    guard !isReport || !holds("predictions.jsonl") else {
      throw InspectionError(
        out, found: "the results of a run, whose report would be lost",
        remedy: "choose another place", isUsage: true)
    }
    guard report == out || !ModelBundle.isBundle(out) else {
      throw InspectionError(
        out, found: "a model, whose run.json would be lost", remedy: "choose another folder",
        isUsage: true)
    }
    guard report == out || ImageFolder.isFolder(out) || !FileManager.default.fileExists(atPath: out)
    else {
      throw InspectionError(
        out, found: "a file, not a folder",
        remedy: "choose a file that ends in .html, or another folder", isUsage: true)
    }
  }

  private func makeFolder(of path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw InspectionError(
        folder.path, found: "it cannot be made (\(InspectionError.reason(error)))",
        remedy: "choose another place, free space, or mend its permissions")
    }
  }

  private func asUsed(_ top: Int) -> Self {
    var options = self
    options.top = top
    return options
  }
}
