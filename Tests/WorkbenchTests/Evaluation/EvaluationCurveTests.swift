import Foundation
import Metrics
import Testing
import Workbench

@Suite struct EvaluationCurveTests {
  /// Every point that was left out lies as near to the line that was kept as was promised.
  @Test func thinsWithoutMovingTheCurve() throws {
    let labels = (0..<4000).map { $0 % 3 == 0 }
    let scores = labels.enumerated().map { index, isDefective -> Float in
      let noise = Float(sin(Double(index * index)))
      return isDefective ? noise + 0.7 : noise
    }
    let roc = try #require(
      try ImageEvaluation(scores: scores, isDefective: labels).rocCurve(step: 0))
    let curve = EvaluationCurve(roc)
    #expect(curve.area == roc.area)
    #expect(curve.points.count < roc.points.count / 8)
    #expect(curve.x.first == 0 && curve.y.first == 0)
    #expect(curve.x.last == 1 && curve.y.last == 1)
    for point in roc.points {
      let (x, y) = (point.falsePositiveRate, point.truePositiveRate)
      let nearest = zip(curve.points, curve.points.dropFirst()).map { a, b -> Double in
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let share = ((x - a.x) * dx + (y - a.y) * dy) / max(dx * dx + dy * dy, 1e-30)
        let along = min(max(share, 0), 1)
        return hypot(x - a.x - along * dx, y - a.y - along * dy)
      }.min()
      #expect(try #require(nearest) < 0.0005 + 2e-6)
    }
  }

  @Test func keepsCorners() throws {
    let corner = EvaluationCurve(
      horizontal: "x", vertical: "y", area: 1, points: [(0, 0), (0, 0.5), (0, 1), (0.4, 1), (1, 1)])
    #expect(corner.x == [0, 0, 1] && corner.y == [0, 1, 1])
    for points in [[], [(0.25, 0.5)], [(0, 0), (1, 1)]] as [[(x: Double, y: Double)]] {
      let curve = EvaluationCurve(horizontal: "x", vertical: "y", area: nil, points: points)
      #expect(curve.points.count == points.count)
      let copy = try JSONDecoder().decode(
        EvaluationCurve.self, from: JSONEncoder().encode(curve))
      #expect(copy == curve)
    }
  }
}
