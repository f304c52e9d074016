extension Report {
  /// The entries as they are shown: missed defects, the least anomalous first, then false alarms, the most anomalous
  /// first, then the others likewise.
  ///
  /// What has no number comes last; equals go by name, so that the order is always the same.
  var worstFirst: [Entry] {
    let scale = scale
    return entries.sorted { first, second in
      let (group, other) = (Self.group(first), Self.group(second))
      if group != other { return group < other }
      let (a, b) = (scale.value(first), scale.value(second))
      if a.isNaN != b.isNaN { return b.isNaN }
      if a == b || a.isNaN { return first.name < second.name }
      return first.verdict == .missed ? a < b : a > b
    }
  }

  private static func group(_ entry: Entry) -> Int {
    switch entry.verdict {
    case .missed: 0
    case .falseAlarm: 1
    case .found, .passed, .flagged, .unflagged: 2
    }
  }
}
