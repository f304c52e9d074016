import Imaging
import Inspection

extension Sample {
  /// Where the image is defective as every viewer shows it, 8-bit gray: 255 there, 0 elsewhere. Nil where the sample has no
  /// mask; several are joined.
  ///
  /// Whatever is not zero marks a defect: 1, classes 1 to n, 236. Only where a mask has soft edges, as shrinking and JPEG leave
  /// them, does a pixel have to be above half of the maximum. Of a picture with a palette, index 0 is no defect, unless more of it
  /// is black; where only alpha differs, alpha tells.
  /// - Throws: an error that names a mask which cannot be read, or of another size than the others.
  public func mask() throws -> Image? {
    guard let first = maskPaths.first else { return nil }
    let pictures = try maskPaths.map { try Image(contentsOf: $0, orienting: true) }
    let (width, height) = (pictures[0].width, pictures[0].height)
    var marked = [UInt8](repeating: 0, count: width * height)
    for (path, picture) in zip(maskPaths, pictures) {
      guard picture.width == width, picture.height == height else {
        throw InspectionError(
          path, found: "a mask of \(picture.width) x \(picture.height) pixels",
          remedy: "make it as large as \(first), \(width) x \(height)")
      }
      for (place, isMarked) in picture.markedPixels().enumerated() where isMarked {
        marked[place] = 255
      }
    }
    return Image(width: width, height: height, channels: 1, pixels: marked)
  }
}

extension Image {
  /// Which pixels of a drawn mask are marked, row by row.
  fileprivate func markedPixels() -> [Bool] {
    let levels = maskLevels()
    let highest = levels.max() ?? 0
    let half = highest / 2
    // Numbers of classes are small; the levels of a drawing reach up.
    guard highest >= 128 else { return levels.map { $0 > 0 } }
    let classes = solidLevels(levels, upTo: half)
    return levels.map { $0 > half || ($0 > 0 && classes.contains($0)) }
  }

  /// Levels of 1...half that fill a square of 3 x 3 somewhere: no edge does.
  private func solidLevels(_ levels: [Float], upTo half: Float) -> Set<Float> {
    var solid: Set<Float> = []
    guard width >= 3, height >= 3 else { return solid }
    for y in 1..<height - 1 {
      for x in 1..<width - 1 {
        let place = y * width + x
        let level = levels[place]
        guard level > 0, level <= half, !solid.contains(level) else { continue }
        let isSolid = [-width, 0, width].allSatisfy { row in
          (-1...1).allSatisfy { levels[place + row + $0] == level }
        }
        if isSolid { solid.insert(level) }
      }
    }
    return solid
  }

  /// What stands for each pixel: the largest of its channels, alpha where nothing else differs; not-a-number is 0.
  private func maskLevels() -> [Float] {
    let samples: [Float] =
      switch depth {
      case .uint8: self.samples(of: UInt8.self).map(Float.init)
      case .uint16: self.samples(of: UInt16.self).map(Float.init)
      case .float32: self.samples(of: Float.self).map { $0.isNaN ? 0 : $0 }
      }
    guard channels > 1 else { return samples }
    let pixels = 0..<width * height
    let colors = { (pixel: Int) in samples[pixel * channels..<pixel * channels + 3] }
    let alpha = channels == 4 ? pixels.map { samples[4 * $0 + 3] } : []
    if alpha.contains(where: { $0 != alpha[0] }),
      pixels.allSatisfy({ colors($0).elementsEqual(colors(0)) })
    {
      return alpha
    }
    if let indexZero {
      let background = [16, 8, 0].map { Float(indexZero >> UInt32($0) & 255) }
      let isBackground = pixels.map { colors($0).elementsEqual(background) }
      // A program may have sorted the palette; a defect is the smaller part of most pictures.
      let black = pixels.count { pixel in colors(pixel).allSatisfy { $0 == 0 } }
      if isBackground.count(where: \.self) > black { return isBackground.map { $0 ? 0 : 255 } }
    }
    let brightest = pixels.map { colors($0).max() ?? 0 }
    return alpha.isEmpty ? brightest : zip(brightest, alpha).map { $1 > 0 ? $0 : 0 }
  }
}
