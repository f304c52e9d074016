/// The work is done but for some inputs, each of which has been named.
struct SomeInputsFailed: Error, CustomStringConvertible {
  let failed: Int
  let total: Int
  var what = "images could not be judged"
  var description: String { "\(failed) of \(total) \(what)" }
}
