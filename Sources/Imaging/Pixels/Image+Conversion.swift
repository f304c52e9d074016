extension Image {
  /// Three 8-bit channels as Pillow's `convert("RGB")`: gray is repeated, alpha is dropped, not blended.
  ///
  /// 16-bit gray differs from Pillow on purpose: it is cut at 255 there, and scaled here as 16-bit RGB is in both.
  /// An 8-bit RGB image is returned as it is, without a copy.
  public func rgb() -> Image {
    let source = eightBit()
    guard source.channels != 3 else { return source }
    let count = width * height
    return Image(width: width, height: height, channels: 3) { target in
      source.withUnsafeBytes { pixels in
        if source.channels == 1 {
          for i in 0..<count {
            let value = pixels[i]
            target[3 * i] = value
            target[3 * i + 1] = value
            target[3 * i + 2] = value
          }
        } else {
          for i in 0..<count {
            target[3 * i] = pixels[4 * i]
            target[3 * i + 1] = pixels[4 * i + 1]
            target[3 * i + 2] = pixels[4 * i + 2]
          }
        }
      }
    }
  }

  /// One 8-bit channel as Pillow's `convert("L")`: luma by ITU-R 601-2, in its 16-bit fixed point; alpha is dropped.
  ///
  /// 16-bit gray differs from Pillow on purpose: it is cut at 255 there, and scaled here.
  public func gray() -> Image {
    let source = eightBit()
    guard source.channels != 1 else { return source }
    let (count, step) = (width * height, source.channels)
    return Image(width: width, height: height, channels: 1) { target in
      source.withUnsafeBytes { pixels in
        for i in 0..<count {
          let red = UInt32(pixels[step * i]) &* 19595
          let green = UInt32(pixels[step * i + 1]) &* 38470
          let blue = UInt32(pixels[step * i + 2]) &* 7471
          target[i] = UInt8(truncatingIfNeeded: (red &+ green &+ blue &+ 0x8000) >> 16)
        }
      }
    }
  }

  /// The picture as a model sees it and as people are shown it: 8-bit gray or RGB, without alpha.
  ///
  /// What lies below alpha is composed on black: editors leave any color there, and black is what most leave. An opaque
  /// image, and one whose hidden pixels are black, keep their very levels.
  /// - Parameter levels: the levels of 16-bit and float samples that become 0 and 255; nil takes the high byte of 16 bits
  ///   and cuts floats to 0...255. An 8-bit image keeps its levels.
  public func visible(levels: ClosedRange<Float>? = nil) -> Image {
    let source = eightBit(scaling: levels.map(SampleScaling.window) ?? .highByte)
    guard source.channels == 4 else { return source }
    let count = width * height
    let composed = Image(width: width, height: height, channels: 3) { target in
      source.withUnsafeBytes { pixels in
        for i in 0..<count {
          let alpha = UInt32(pixels[4 * i + 3])
          for channel in 0..<3 {
            let level = UInt32(pixels[4 * i + channel])
            target[3 * i + channel] = UInt8(truncatingIfNeeded: (level &* alpha &+ 127) / 255)
          }
        }
      }
    }
    return carrying(composed)
  }

  /// The same channels with 8-bit samples; an 8-bit image is returned as it is, without a copy.
  package func eightBit(scaling: SampleScaling = .highByte) -> Image {
    switch depth {
    case .uint8: self
    case .uint16: converted(from: UInt16.self, scaling)
    case .float32: converted(from: Float.self, scaling)
    }
  }

  private func converted<Sample: EightBitConvertible>(
    from type: Sample.Type, _ scaling: SampleScaling
  ) -> Image {
    let hasAlpha = channels == 4
    let converted = Image(width: width, height: height, channels: channels) { target in
      withUnsafeBytes { bytes in
        let samples = bytes.bindMemory(to: type)
        for i in samples.indices {
          let isAlpha = hasAlpha && i & 3 == 3
          target[i] = isAlpha ? samples[i].opacity(scaling) : samples[i].eightBit(scaling)
        }
      }
    }
    return carrying(converted)
  }
}

private protocol EightBitConvertible: BitwiseCopyable {
  func eightBit(_ scaling: SampleScaling) -> UInt8
  /// The sample as alpha, which uses its whole range whatever the levels of the colors do.
  func opacity(_ scaling: SampleScaling) -> UInt8
}

extension UInt16: EightBitConvertible {
  fileprivate func eightBit(_ scaling: SampleScaling) -> UInt8 {
    switch scaling {
    case .highByte: UInt8(truncatingIfNeeded: self >> 8)
    case .window(let range): Float(self).level(in: range)
    }
  }

  fileprivate func opacity(_ scaling: SampleScaling) -> UInt8 {
    eightBit(.highByte)
  }
}

extension Float: EightBitConvertible {
  fileprivate func opacity(_ scaling: SampleScaling) -> UInt8 {
    guard case .window(let range) = scaling else { return eightBit(scaling) }
    return level(in: range.upperBound <= 1 ? 0...1 : 0...255)
  }

  fileprivate func eightBit(_ scaling: SampleScaling) -> UInt8 {
    switch scaling {
    // Written so that not-a-number, which no conversion may meet, becomes 0.
    case .highByte: self >= 0 ? UInt8(Swift.min(self, 255)) : 0
    case .window(let range): level(in: range)
    }
  }

  /// The nearest of 256 levels of `range`; below and not-a-number 0, above 255.
  func level(in range: ClosedRange<Float>) -> UInt8 {
    let width = range.upperBound - range.lowerBound
    guard width > 0 else { return self > range.upperBound ? 255 : 0 }
    let share = (self - range.lowerBound) / width
    return share >= 0 ? UInt8(Swift.min(share, 1) * 255 + 0.5) : 0
  }
}

/// How 16-bit and float samples become 8-bit ones.
package enum SampleScaling: Sendable, Equatable {
  /// The high byte of 16 bits (`v >> 8`), what Pillow does to 16-bit RGB; a float is cut to 0...255.
  case highByte

  /// Lower bound to 0, upper bound to 255, linear and rounded in between: for 10- or 12-bit cameras and float maps.
  case window(ClosedRange<Float>)
}
