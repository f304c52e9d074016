import ArgumentParser

/// Classes with commas between them, by name or number, such as `0-4,7` or `cat,dog`.
struct ClassList: ExpressibleByArgument {
  let names: [String]
  let defaultValueDescription: String

  init?(argument: String) {
    defaultValueDescription = argument
    var names: [String] = []
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      if ends.count == 2, let first = ends[0], let last = ends[1] {
        guard first <= last, last - first < 1000 else { return nil }
        names += (first...last).map(String.init)
      } else {
        guard !word.isEmpty else { return nil }
        names.append(String(word))
      }
    }
    self.names = names
  }
}
