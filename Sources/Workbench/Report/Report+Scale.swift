import Foundation
import Inspection

extension Report {
  /// Along what images are told apart: their scores, or how rare their false alarms are.
  struct Scale {
    let heading: String
    let name: String
    /// An image beyond it is anomalous; nil where it is not known.
    let limit: Double?
    /// What stands at the limit; a score if nil.
    let limitName: String?
    /// How to read it.
    let note: String
    private let read: @Sendable (Entry) -> Double?

    /// Higher is more anomalous; not a number where nothing is known.
    func value(_ entry: Entry) -> Double { read(entry) ?? .nan }

    init(_ decision: Decision?) {
      switch decision {
      case .falseAlarms(let perImage, _):
        let limit = log10(perImage)
        heading = "How rare each image would be among good ones"
        name = "\u{2212}log10 of the false alarms in a good image"
        self.limit = limit.isFinite ? -limit : nil
        limitName = "limit: \(Rarity(log10FalseAlarms: limit))"
        note =
          "Images right of the limit alarm. An image at 2 looks like 1 in 100 good ones, at 4 like 1 in"
          + " 10,000."
        read = { $0.log10FalseAlarms.map { -$0 } }
      case .threshold(let threshold):
        heading = "Scores"
        name = "score"
        limit = threshold.isFinite ? Double(threshold) : nil
        limitName = nil
        note = "Images right of the threshold alarm."
        read = \.score
      case nil:
        (heading, name, limit, limitName) = ("Scores", "score", nil, nil)
        note = "Higher scores are more anomalous."
        read = \.score
      }
    }
  }

  var scale: Scale { Scale(decision) }
}
