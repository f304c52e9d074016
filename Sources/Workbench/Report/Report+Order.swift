extension Report {
  /// The entries as they are shown: missed defects, the lowest score first, then false alarms, the highest score first,
  /// then the others, the highest score first.
  ///
  /// What has no number comes last; equal scores go by name, so that the order is always the same.
  var worstFirst: [Entry] {
    entries.sorted { first, second in
      let (group, other) = (Self.group(first), Self.group(second))
      if group != other { return group < other }
      let (a, b) = (first.score, second.score)
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
