/// Where a neighboring patch lies: one of eight, numbered row by row.
public struct Direction: Sendable {
  public static let count = 8
  /// Rows and columns: -1, 0 or 1.
  public let vertical: Int
  public let horizontal: Int

  public init(_ number: Int) {
    precondition((0..<Self.count).contains(number), "there is no direction \(number)")
    // The fifth of nine is the place itself.
    let place = number < 4 ? number : number + 1
    (vertical, horizontal) = (place / 3 - 1, place % 3 - 1)
  }
}
