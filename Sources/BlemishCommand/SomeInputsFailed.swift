/// The work is done but for some inputs, each of which has been named.
struct SomeInputsFailed: Error, CustomStringConvertible {
  let failed: Int
  let total: Int
  var description: String { "\(failed) of \(total) images could not be judged" }
}
