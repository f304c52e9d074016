/// Looks for images that go together: by their thumbnails, and by the order of their names.
///
/// Two observations of good images alone decide. Independent images of one process lie about each other at every distance down
/// to the nearest, in as many dimensions as the process varies in; near-equal ones form small clusters with an empty shell around
/// them. And where files are numbered as they were taken, frames of one take follow each other, far nearer than frames from
/// elsewhere are.
package struct NearImages {
  /// Places of images that go together, without those that stand alone.
  package let groups: [[Int]]
  /// Those clusters alone that hold at most a quarter of the images, whatever their names.
  package let smallGroups: [[Int]]

  /// Images up to which all pairs are compared: a second's work. Beyond, names alone tell, beside what is as good as a copy.
  package static let limit = 2_500

  /// - Parameters:
  ///   - thumbnails: gray, of one size and square, of images that are no copies of each other.
  ///   - names: in whose natural order (`2` before `10`) the frames of a take follow each other.
  ///   - limit: images up to which all pairs are compared.
  package init(_ thumbnails: [[UInt8]], names: [String], limit: Int = limit) {
    let order = names.indices.sorted { NaturalOrder.precedes(names[$0], names[$1]) }
    guard thumbnails.count >= Self.fewest else {
      (groups, smallGroups) = ([], [])
      return
    }
    let images = Thumbnails(thumbnails)
    let clusters: Clusters?
    let sequence: NameSequence
    if thumbnails.count <= limit {
      let distances = images.distances()
      clusters = Clusters(distances)
      sequence = NameSequence(distances, order)
    } else {
      clusters = nil
      sequence = NameSequence(images, order, sample: max(64, limit * limit / thumbnails.count))
    }
    var sets = DisjointSets(count: thumbnails.count)
    for group in clusters?.isolated() ?? [] {
      for member in group.dropFirst() { sets.join(group[0], member) }
    }
    for (first, second) in sequence.links { sets.join(first, second) }
    groups = sets.groups.filter { $0.count > 1 }
    smallGroups = clusters?.isolated(largest: thumbnails.count / 4) ?? []
  }

  /// Images that distances say anything of.
  private static let fewest = 5
}
