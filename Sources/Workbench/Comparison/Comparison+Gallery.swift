extension Comparison {
  func gallery(
    _ heading: String, _ cards: [[String: Any]], count: Int, top: Int, criterion: String,
    none: String
  ) -> [String: Any] {
    [
      "heading": heading, "count": count, "cards": cards, "isEmpty": count == 0, "none": none,
      "criterion": criterion
        + (count > top ? " The first \(top) of \(count)." : ""),
    ]
  }

  /// One card an image: the image, its ground truth, and what each run marks in it.
  func cards(of images: some Collection<ComparedImage>, _ pictures: ComparisonPictures) throws
    -> [[String: Any]]
  {
    let shown = try images.map { (image: $0, shown: try pictures.of($0)) }
    let hasOriginals = shown.contains { $0.shown.original != nil }
    let hasTruths = shown.contains { $0.shown.groundTruth != nil }
    return shown.enumerated().map { index, pair in
      let (image, shown) = pair
      var figures: [[String: Any]] = []
      if hasOriginals { figures.append(figure("image", shown.original)) }
      if hasTruths { figures.append(figure("truth", shown.groundTruth)) }
      for (run, judgement) in image.judgements.enumerated() {
        let verdict = judgement.isRight ? "right" : image.isDefective ? "missed" : "false alarm"
        figures.append(
          figure(
            "\(letter(run)) \(verdict), \(Self.percent(judgement.standing))", shown.overlays[run]))
      }
      let wrong = image.judgements.indices.filter { !image.judgements[$0].isRight }
      return [
        "rank": index + 1, "name": image.identity.name, "kind": image.identity.label,
        "truthStyle": image.isDefective ? "defective" : "good",
        "isWrong": !wrong.isEmpty,
        "verdict": (image.isDefective ? "missed by " : "false alarm of ")
          + wrong.map(letter).joined(separator: ", "),
        "pictures": figures, "absent": "none",
      ]
    }
  }

  private func figure(_ caption: String, _ picture: Report.Picture?) -> [String: Any] {
    var figure: [String: Any] = ["caption": caption]
    figure["address"] = picture?.address
    return figure
  }
}
