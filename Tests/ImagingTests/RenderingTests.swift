import Fixtures
import Imaging
import Testing
import Torch

@Suite struct RenderingTests {
  let fixture: [String: Tensor]

  init() throws { fixture = try Fixture.load("rendering", beside: #filePath) }

  private func image(_ name: String) throws -> Image { Image(try #require(fixture[name])) }

  @Test func colorsEqualMatplotlib() throws {
    let expected = try #require(fixture["colors/inferno"]).array(of: UInt8.self)
    let values = (0..<256).map { Float($0) / 255 }
    let image = values.withUnsafeBufferPointer {
      Image.heatmap($0, width: 16, height: 16, range: 0...1)
    }
    #expect(image.samples() == expected)
  }

  @Test func valuesOutsideTheRangeTakeTheEnds() {
    let values: [Float] = [-.infinity, -1, 2, .infinity, .nan, 5]
    let image = values.withUnsafeBufferPointer {
      Image.heatmap($0, width: 6, height: 1, range: 2...8, fading: true)
    }
    let alphas = stride(from: 3, to: 24, by: 4).map { image.samples(of: UInt8.self)[$0] }
    #expect(alphas == [0, 0, 0, 255, 0, 128])
  }

  @Test func aConstantMapIsDrawn() {
    let values: [Float] = [3, 3]
    let image = values.withUnsafeBufferPointer {
      Image.heatmap($0, width: 2, height: 1, range: 3...3)
    }
    #expect(image.samples(of: UInt8.self).prefix(3) == image.samples(of: UInt8.self).suffix(3))
  }

  @Test func aMapIsSampledToTheImage() {
    let map = Tensor([0, 1, 0, 1] as [Float], shape: [1, 1, 2, 2])
    let image = Image.heatmap(map, width: 8, height: 6, range: 0...1, fading: true)
    #expect(image.width == 8 && image.height == 6 && image.channels == 4)
    let alphas = (0..<8).map { image.samples(of: UInt8.self)[4 * $0 + 3] }
    #expect(alphas == alphas.sorted() && alphas.first == 0 && alphas.last == 255)
  }

  @Test(arguments: [0, 30, 100])
  func blendEqualsPillow(_ percent: Int) throws {
    let blended = try image("base").overlaid(with: image("top"), opacity: Float(percent) / 100)
    let expected = try #require(fixture["blend/\(percent)"]).array(of: UInt8.self)
    // Pillow cuts where this rounds.
    let worst = zip(blended.samples(of: UInt8.self), expected).map { abs(Int($0) - Int($1)) }.max()
    #expect(try #require(worst) <= (percent == 30 ? 1 : 0))
  }

  @Test func alphaEqualsPillowsComposite() throws {
    let blended = try image("base").overlaid(with: image("top_alpha"), opacity: 1)
    let expected = try #require(fixture["composite"]).array(of: UInt8.self)
    #expect(blended.samples() == expected)
  }

  @Test(arguments: [1, 3, 5])
  func outlineEqualsSciPy(_ thickness: Int) throws {
    let mask = try #require(fixture["mask"])
    let shape = mask.shape
    let picture = Image(
      width: shape[1], height: shape[0], channels: 1,
      pixels: [UInt8](repeating: 9, count: mask.count))
    let outlined = picture.outlined(
      by: Image(mask.reshaped(shape + [1])), color: Color(0x010203), thickness: thickness)
    let drawn = try #require(fixture["outline/\(thickness)"]).array(of: UInt8.self)
    #expect(outlined.samples() == drawn.flatMap { $0 == 1 ? [1, 2, 3] : [9, 9, 9] as [UInt8] })
  }

  @Test func outlinesScaleWithTheImage() {
    func painted(_ side: Int) -> Int {
      let ground = Image(width: side, height: side, channels: 1) {
        $0.initializeMemory(as: UInt8.self, repeating: 0)
      }
      let mask = Image(width: side, height: side, channels: 1) { memory in
        for i in memory.indices { memory[i] = i % side < side / 2 ? 255 : 0 }
      }
      let row = ground.outlined(by: mask).samples(of: UInt8.self)[(side / 2 * side * 3)...].prefix(
        side * 3)
      return (0..<side).count { $0 > side / 4 && row[row.startIndex + 3 * $0 + 1] != 0 }
    }
    #expect(painted(300) == 1)
    #expect(painted(1500) == 5)
  }
}
