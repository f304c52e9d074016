/// Throws unless `count` pixels make a `width` by `height` picture.
///
/// Also refuses what 32-bit labels cannot number.
func checkSize(of what: String, count: Int, width: Int, height: Int) throws {
  let (product, overflow) = width.multipliedReportingOverflow(by: height)
  guard width >= 0, height >= 0, !overflow, product == count, count < Int32.max else {
    throw MetricsError.sizeMismatch(what: what, count: count, width: width, height: height)
  }
}
