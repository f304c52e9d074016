import Statistics
import Testing
import Torch

@Suite struct LeftOutTests {
  /// As though the law had been learnt from the others alone, also where there are fewer samples than dimensions.
  @Test(arguments: [(9, 1), (9, 3), (40, 1), (40, 7)]) func asFittedWithout(
    _ count: Int, _ size: Int
  ) throws {
    let samples = Tensor.normal([count, 5, 12], generator: Generator(seed: 8), dtype: .float32) * 3
    var moments = Moments(groups: 5, dimensions: 12)
    moments.add(samples)
    let law = try LeftOut(moments, size: size, regularizer: 0.1)
    for start in stride(from: 0, through: count - size, by: size) {
      let out = samples[start..<start + size]
      var others = Moments(groups: 5, dimensions: 12)
      if start > 0 { others.add(samples[0..<start]) }
      if start + size < count { others.add(samples[start + size..<count]) }
      let expected = try Gaussian(others, regularizer: 0.1, dtype: .float64)
        .mahalanobisSquared(out.to(.float64))
      let found = law.distancesSquared(out)
      #expect(found.shape == [size, 5])
      let error = ((found - expected) / expected).abs().max().item()
      #expect(error < 1e-8, "\(error)")
    }
  }

  /// One at a time is left out of however many are asked about at once.
  @Test func manyAtOnce() throws {
    let samples = Tensor.normal([9, 2, 4], generator: Generator(seed: 3), dtype: .float32)
    var moments = Moments(groups: 2, dimensions: 4)
    moments.add(samples)
    let law = try LeftOut(moments, size: 1, regularizer: 0.1)
    let all = law.distancesSquared(samples)
    for sample in 0..<9 {
      let own = law.distancesSquared(samples[sample..<sample + 1])
      #expect((own - all[sample..<sample + 1]).abs().max().item() < 1e-9)
    }
  }

  @Test func tooFewAreLeft() {
    var moments = Moments(groups: 1, dimensions: 2)
    moments.add(Tensor.normal([3, 1, 2], generator: Generator(seed: 1), dtype: .float32))
    #expect(throws: StatisticsError.self) { try LeftOut(moments, size: 2, regularizer: 0.1) }
  }
}
