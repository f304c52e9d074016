import Inspection

/// Which good images stand or fall together: copies, frames of one take, a part that was photographed twice.
///
/// An image whose near-equal was learnt from is judged too well. What is held out is as strange as a new image only if a group
/// is never on both sides.
package struct ImageGroups: Sendable {
  /// Groups below which a grouping that was found is not believed: a calibration needs as many images, and whoever has fewer
  /// kinds of images has variants of a product sooner than takes.
  static let minimum = HoldOut.minimum

  /// The group of each image, counted from 0 in the order of their first images.
  package let numbers: [Int]
  /// How many there are.
  package var count: Int { (numbers.max() ?? -1) + 1 }
  /// What a person is told of them; nil where every image stands for itself.
  package let remark: Remark?

  /// The groups that a person names; copies of one file are in one group, whatever is said.
  ///
  /// - Parameters:
  ///   - labels: the name of each image's group.
  ///   - digests: of the images in turn; equal ones are copies.
  ///   - source: where the names come from, as a person knows it.
  init(labels: [String], digests: [String], source: String) {
    var sets = Self.copies(digests)
    sets.join(equal: labels)
    numbers = sets.numbers
    let different = Set(digests).count
    let count = (numbers.max() ?? -1) + 1
    remark =
      count == different
      ? nil
      : Remark(
        count < Self.minimum ? .doubt : .fact,
        "\(different) good images in \(count) \(count == 1 ? "group" : "groups") by \(source): the promise rests on \(count)"
      )
  }

  /// Every image is a group of its own, but for copies of one file.
  init(separating digests: [String]) {
    numbers = Self.copies(digests).numbers
    remark = nil
  }

  /// The groups that the images themselves show, see ``NearImages``.
  ///
  /// - Parameters:
  ///   - thumbnails: gray, of one size and square.
  ///   - pairs: places of images that are as good as copies.
  ///   - names: in whose order frames of a take follow each other.
  ///   - addresses: what names the images to a person.
  init(
    finding thumbnails: [[UInt8]], digests: [String], pairs: [(Int, Int)], names: [String],
    addresses: [String]
  ) {
    let copies = Self.copies(digests)
    // Of copies, one is enough to look at.
    let places = copies.firsts
    let near = NearImages(places.map { thumbnails[$0] }, names: places.map { names[$0] })
    func joined(_ groups: [[Int]]) -> DisjointSets {
      var sets = copies
      for (first, second) in pairs { sets.join(first, second) }
      for group in groups {
        for member in group.dropFirst() { sets.join(places[group[0]], places[member]) }
      }
      return sets
    }
    let sets = joined(near.groups)
    let enough = min(Self.minimum, places.count)
    if sets.count >= enough {
      numbers = sets.numbers
      remark = Self.remark(sets, of: places, addresses)
      return
    }
    // As many kinds of images as this are no takes; a pair of near-equal images among them may still be one.
    let small = joined(near.smallGroups)
    numbers = (small.count >= enough ? small : copies).numbers
    remark = .doubt(
      "\(places.count) good images, but they look like \(sets.count) \(sets.count == 1 ? "take" : "takes") of near-equal ones"
        + "\(Self.examples(sets, of: places, addresses)): too few to keep apart, so that each image counts for itself, and the promise holds for"
        + " more images of these alone; add images of others, or say with --groups which belong together"
    )
  }

  private static func copies(_ digests: [String]) -> DisjointSets {
    var sets = DisjointSets(count: digests.count)
    sets.join(equal: digests)
    return sets
  }

  private static func remark(_ sets: DisjointSets, of places: [Int], _ addresses: [String])
    -> Remark?
  {
    let different = places.count
    guard sets.count < different else { return nil }
    let examples = examples(sets, of: places, addresses)
    // Few pairs among many change little, and are no reason to look again.
    guard 10 * sets.count < 9 * different else {
      return .fact(
        "\(different) good images, \(sets.count) of them independent: near-equal ones\(examples) are held out"
          + " together; --groups would say others")
    }
    return .doubt(
      "\(different) good images, but only \(sets.count) independent groups of near-equal ones\(examples): the promise rests on"
        + " \(sets.count); say with --groups which belong together")
  }

  /// Two images each of the first groups.
  ///
  /// - Parameter places: of the images without copies, which are spoken of elsewhere.
  private static func examples(
    _ sets: DisjointSets, of places: [Int], _ addresses: [String]
  ) -> String {
    let numbers = sets.numbers
    let groups = Dictionary(grouping: places) { numbers[$0] }.values
      .filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    let told = groups.prefix(2).map { "\(addresses[$0[0]]) and \(addresses[$0[1]])" }
    return told.isEmpty
      ? "" : " (such as \(told.joined(separator: ", "))\(groups.count > 2 ? ", ..." : ""))"
  }
}
