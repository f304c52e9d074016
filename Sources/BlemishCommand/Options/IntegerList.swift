import ArgumentParser

/// Integers with commas between them, such as `8,16,32`.
struct IntegerList: ExpressibleByArgument {
  let values: [Int]

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Int($0.trimmingPrefix(" "))
    }
    guard !numbers.contains(nil) else { return nil }
    values = numbers.compactMap(\.self)
  }

  var defaultValueDescription: String { values.map(String.init).joined(separator: ",") }
}
