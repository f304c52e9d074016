extension Image {
  /// The picture turned upright from an EXIF orientation (1...8), as Pillow's `ImageOps.exif_transpose`.
  func oriented(_ orientation: Int) -> Image {
    guard (2...8).contains(orientation) else { return self }
    let turns = orientation >= 5
    let (outWidth, outHeight) = turns ? (height, width) : (width, height)
    let pixel = channels * depth.byteCount
    let turned = Image(width: outWidth, height: outHeight, channels: channels, depth: depth) {
      target in
      withUnsafeBytes { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        for y in 0..<outHeight {
          for x in 0..<outWidth {
            let (column, row) =
              switch orientation {
              case 2: (width - 1 - x, y)
              case 3: (width - 1 - x, height - 1 - y)
              case 4: (x, height - 1 - y)
              case 5: (y, x)
              case 6: (y, height - 1 - x)
              case 7: (width - 1 - y, height - 1 - x)
              default: (width - 1 - y, x)
              }
            (to + (y * outWidth + x) * pixel).copyMemory(
              from: from + (row * width + column) * pixel, byteCount: pixel)
          }
        }
      }
    }
    return carrying(turned)
  }
}
