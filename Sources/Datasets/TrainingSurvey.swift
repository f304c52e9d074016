import Imaging
import Inspection
import Torch

/// What one pass over good images tells before anything is learnt from them: digests, levels, copies, groups, and what is broken.
package struct TrainingSurvey: Sendable {
  /// ``Sample/sha256()`` of each image in turn.
  package let digests: [String]
  /// The group of each image in turn, counted from 0: images of one group go together, and are never learnt from and held out at
  /// once. Copies of a file are always of one group.
  package let groups: [Int]
  /// Groups that there are.
  package var groupCount: Int { (groups.max() ?? -1) + 1 }
  /// The levels that 16-bit and float images use, see ``LevelCensus/range``.
  package let levels: ClosedRange<Float>?
  /// Copies, near copies, groups, images of one color, pages, levels.
  package let remarks: [Remark]

  /// Images that an error names; the rest are counted.
  private static let named = 20

  /// Reads every image once. What has the model's size then is kept by `loader` for the fit, as far as there is room.
  ///
  /// - Parameters:
  ///   - levels: taken in place of those that are found.
  ///   - grouping: who says which images go together.
  ///   - report: is told of every image; what it throws ends the work.
  /// - Throws: the error of the image that cannot be read, or ``InspectionError`` that names them all; before any is read, that of
  ///   a grouping that names no group for some.
  package init(
    of samples: [Sample], name: String, loader: ImageLoader, levels: ClosedRange<Float>? = nil,
    grouping: ImageGrouping = .found, report: (WorkProgress) throws -> Void = { _ in }
  ) throws {
    let labels = try grouping.labels(of: samples)
    var digests: [String] = []
    var failures: [(sample: Sample, error: any Error)] = []
    var looks: [Look] = []
    var census = LevelCensus()
    var shallow = 0
    let look = { @Sendable (sample: Sample) in Look.load(sample, loader) }
    try loader.forEach(samples, load: look) { index, look in
      digests.append(look.sha256 ?? "")
      if let error = look.error { failures.append((samples[index], error)) }
      if let own = look.census { census.add(own) } else { shallow += 1 }
      looks.append(look)
      try report(
        WorkProgress(
          stage: "reading", completed: index + 1, total: samples.count, unit: "images"))
    }
    try Self.check(failures, of: samples.count, name)
    self.digests = digests
    self.levels = levels ?? census.range
    let addresses = samples.map(\.address)
    let copies = CopySearch(digests, looks.map(\.thumbnail), addresses)
    let groups =
      if let labels {
        ImageGroups(labels: labels, digests: digests, source: grouping.source)
      } else if grouping == .separate {
        ImageGroups(separating: digests)
      } else {
        ImageGroups(
          finding: looks.map(\.thumbnail), digests: digests, pairs: copies.near,
          names: samples.map(\.name), addresses: addresses)
      }
    self.groups = groups.numbers
    remarks =
      Self.remarks(on: looks, addresses)
      + Self.remarks(on: census, levels, shallow: shallow, name)
      + copies.remarks(groups.numbers) + [groups.remark].compactMap(\.self)
  }

  private static func check(
    _ failures: [(sample: Sample, error: any Error)], of count: Int, _ name: String
  ) throws {
    guard let first = failures.first else { return }
    guard failures.count > 1 else { throw first.error }
    let told = failures.prefix(named).map { sample, error in
      let found = (error as? ImageError)?.found ?? (error as? InspectionError)?.found
      return found.map { "\(sample.address): \($0)" } ?? "\(error)"
    }
    let more = failures.count - told.count
    var remedies: [String] = []
    for (_, error) in failures {
      let remedy = (error as? ImageError)?.remedy ?? (error as? InspectionError)?.remedy
      if let remedy, !remedies.contains(remedy) { remedies.append(remedy) }
    }
    throw InspectionError(
      name,
      found: "\(failures.count) of \(count) training images cannot be used: "
        + told.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : ""),
      remedy: (remedies + ["or take them out"]).joined(separator: "; "))
  }

  private static func remarks(on looks: [Look], _ addresses: [String]) -> [Remark] {
    func of(_ holds: (Look) -> Bool) -> [String] {
      zip(looks, addresses).filter { holds($0.0) }.map(\.1)
    }
    var remarks: [Remark] = []
    let gaps = of { $0.census?.hasGaps == true }
    if !gaps.isEmpty {
      remarks.append(
        .doubt(
          "\(gaps.count) of \(looks.count) training images have samples that are not finite"
            + " (\(ImageListing.some(gaps))): what is not a number is learnt as black"))
    }
    let flat = of(\.isFlat)
    if !flat.isEmpty {
      remarks.append(
        .doubt(
          "\(flat.count) of \(looks.count) training images are of one color alone"
            + " (\(ImageListing.some(flat))): there is nothing in them to learn"))
    }
    let paged = of { $0.frameCount > 1 }
    if !paged.isEmpty {
      remarks.append(
        .doubt(
          "\(paged.count) training \(paged.count == 1 ? "file has" : "files have") several pages or frames"
            + " (\(ImageListing.some(paged))): the first alone is learnt from"))
    }
    for (look, address) in zip(looks, addresses) {
      if let warning = look.warning { remarks.append(.doubt("\(address): \(warning)")) }
    }
    return remarks
  }

  private static func remarks(
    on census: LevelCensus, _ given: ClosedRange<Float>?, shallow: Int, _ name: String
  ) -> [Remark] {
    guard census.count > 0 else { return [] }
    var remarks: [Remark] = []
    func number(_ value: Float) -> String {
      Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }
    if let range = given ?? census.range {
      remarks.append(
        .fact(
          "\(name): levels \(number(range.lowerBound)) to \(number(range.upperBound)) of its"
            + " \(census.hasIntegers ? "16-bit" : "float") images become black to white"
            + (given == nil ? "; --levels LOW:HIGH would say others" : "")))
    }
    // Beyond the levels themselves, a scene that uses an eighth of them has few grays left.
    let used = given ?? census.range ?? 0...(census.hasFloats ? 255 : 65535)
    if let extent = census.extent, given == nil, extent.width > 0, 8 * extent.width < used.width {
      let (low, high) = (number(extent.lowerBound), number(extent.upperBound))
      remarks.append(
        .doubt(
          "\(name): its images use levels \(low) to \(high) of \(number(used.lowerBound)) to"
            + " \(number(used.upperBound)) alone, so that few grays are left of them;"
            + " --levels \(low):\(high) spreads them out"))
    }
    if shallow > 0 || (census.hasIntegers && census.hasFloats) {
      remarks.append(
        .doubt(
          "\(name): images of 8 bits, 16 bits or floats are mixed; their levels may not mean the same"
        ))
    }
    return remarks
  }

  /// What is kept of one image.
  fileprivate struct Look: Sendable {
    var sha256: String?
    var error: (any Error)?
    var thumbnail: [UInt8] = []
    var frameCount = 1
    var warning: String?
    /// Of a deep image.
    var census: LevelCensus?
    var isFlat: Bool {
      thumbnail.first.map { first in thumbnail.allSatisfy { $0 == first } } ?? false
    }

    static func load(_ sample: Sample, _ loader: ImageLoader) -> LoadingQueue<Look>.Load {
      let (result, sha256) = sample.imageAndDigest()
      var look = Look(sha256: sha256)
      var peak = 0
      do {
        let image = try result.get()
        peak = image.byteCount
        look.frameCount = image.frameCount
        look.warning = image.warning
        var census: LevelCensus?
        if image.depth != .uint8 {
          census = LevelCensus()
          census?.add(image)
          look.census = census
          _ = try loader.prepare(image, of: sample)
        } else {
          // Its levels are what they are, so that what the model sees of it is known already.
          try loader.keep(image, of: sample)
        }
        look.thumbnail = try withinMemory(sample.address, remedy: "make it smaller") {
          image.visible(levels: census?.extent).thumbnail()
        }
      } catch { look.error = error }
      return LoadingQueue.Load(value: look, held: look.thumbnail.count, peak: peak)
    }
  }
}

extension ClosedRange<Float> {
  fileprivate var width: Float { upperBound - lowerBound }
}

extension Image {
  /// Side of a thumbnail that copies are looked for in.
  fileprivate static let thumbnailSide = 32

  fileprivate func thumbnail() -> [UInt8] {
    gray().resized(width: Self.thumbnailSide, height: Self.thumbnailSide).samples(of: UInt8.self)
  }
}

/// Equal files, and pictures that are as good as equal: the same one saved anew, made smaller, or taken twice.
private struct CopySearch {
  /// Mean difference of thumbnails in levels. Good images that differ are at least 0.8 apart in every set that was looked at
  /// (bottle, cookie, hazelnut, magnetic tile, metal plate, pill); what JPEG of quality 50 or half the size makes of one is at
  /// most 0.33 from it.
  private static let closest: Float = 0.5
  /// Squared difference to the squared distance from the mean of all: fine textures are close to each other in thumbnails, but
  /// no closer than to the mean. At most 0.032 for such copies.
  private static let share: Float = 0.05
  /// Pairs that are compared at most; beyond, the images that are nearest in brightness.
  private static let pairLimit = 20_000_000

  private let copies: [(String, String)]
  /// Places of pictures that are as good as equal, the earlier one first.
  let near: [(Int, Int)]
  private let different: Int
  private let addresses: [String]

  init(_ digests: [String], _ thumbnails: [[UInt8]], _ addresses: [String]) {
    var firsts: [String: Int] = [:]
    var copies: [(String, String)] = []
    for (index, digest) in digests.enumerated() {
      if let first = firsts[digest] {
        copies.append((addresses[index], addresses[first]))
      } else {
        firsts[digest] = index
      }
    }
    self.copies = copies
    different = firsts.count
    near = Self.nearPairs(firsts.values.sorted(), thumbnails)
    self.addresses = addresses
  }

  /// - Parameter groups: of the images in turn; near copies in one group do no harm.
  func remarks(_ groups: [Int]) -> [Remark] {
    let near = near.filter { groups[$0.0] != groups[$0.1] }
      .map { (addresses[$0.1], addresses[$0.0]) }
    func examples(_ pairs: [(String, String)]) -> String {
      ImageListing.some(pairs.map { "\($0.0) of \($0.1)" })
    }
    var remarks: [Remark] = []
    if !copies.isEmpty {
      remarks.append(
        .doubt(
          "\(copies.count) training \(copies.count == 1 ? "image is a copy" : "images are copies") of others"
            + " (\(examples(copies))): \(different) distinct images; the decision counts each once")
      )
    }
    if !near.isEmpty {
      remarks.append(
        .doubt(
          "\(near.count) training \(near.count == 1 ? "image looks" : "images look") like a copy of another"
            + " (\(examples(near))): where such pairs are learnt from and held out, there will be more false"
            + " alarms than the decision accepts; take one of each out"))
    }
    return remarks
  }

  /// Pairs of indices, each later image once.
  private static func nearPairs(_ indices: [Int], _ thumbnails: [[UInt8]]) -> [(Int, Int)] {
    guard let size = indices.first.map({ thumbnails[$0].count }), size > 0 else { return [] }
    var mean = [Float](repeating: 0, count: size)
    for index in indices {
      for place in 0..<size { mean[place] += Float(thumbnails[index][place]) }
    }
    for place in 0..<size { mean[place] /= Float(indices.count) }
    let images = indices.map { index in
      let thumbnail = thumbnails[index]
      var (sum, energy) = (0, Float(0))
      for place in 0..<size {
        sum += Int(thumbnail[place])
        let distance = Float(thumbnail[place]) - mean[place]
        energy += distance * distance
      }
      return (index: index, brightness: sum, energy: energy)
    }.sorted { $0.brightness < $1.brightness }
    let limit = Int(closest * Float(size))
    let reach = pairLimit / indices.count + 1
    var found: [Int: Int] = [:]
    for (place, image) in images.enumerated() {
      // Thumbnails are at least as far apart as their brightness.
      for other in images[(place + 1)...].prefix(reach) {
        guard other.brightness - image.brightness <= limit else { break }
        let energy = min(image.energy, other.energy)
        guard isNear(thumbnails[image.index], thumbnails[other.index], limit, share * energy)
        else { continue }
        let (first, last) = (min(image.index, other.index), max(image.index, other.index))
        found[last] = min(found[last] ?? first, first)
      }
    }
    return found.map { ($0.value, $0.key) }.sorted { $0.1 < $1.1 }
  }

  private static func isNear(_ a: [UInt8], _ b: [UInt8], _ limit: Int, _ energy: Float) -> Bool {
    var (sum, squares) = (0, 0)
    for start in stride(from: 0, to: a.count, by: 64) {
      for place in start..<min(start + 64, a.count) {
        let difference = Int(a[place]) - Int(b[place])
        sum += abs(difference)
        squares += difference * difference
      }
      if sum > limit { return false }
    }
    return squares == 0 || Float(squares) <= energy
  }
}
