import Foundation

/// What the names of files and folders say of the images in them.
enum NameWords {
  enum Meaning: String, Hashable {
    case defects, masks, tests
  }

  /// Whether images in a folder of that name are good ones: `good`, `OK`, `Normal`, `defect-free`.
  static func isGood(_ name: String) -> Bool {
    let letters = words(name).joined()
    return good.contains(letters) || goodPhrases.contains(letters)
      || goodSigns.contains(name.precomposedStringWithCanonicalMapping)
  }

  /// Whether a name has a word for good images in it without being one, as `good_2` or `ok-old`.
  static func isAlmostGood(_ name: String) -> Bool {
    !isGood(name) && meaning(ofFolder: name) == nil && words(name).contains(where: good.contains)
  }

  /// What a folder of that name holds; nil where the name does not say.
  static func meaning(ofFolder name: String) -> Meaning? {
    if isGood(name) { return nil }
    let words = words(name)
    if let found = meaningOfDefects(words, name) { return found }
    if words.contains(where: masks.contains) || words.joined().contains("groundtruth") {
      return .masks
    }
    return words.contains(where: tests.contains) ? .tests : nil
  }

  /// What a file of that name, without its ending, holds; nil where the name does not say.
  static func meaning(ofFile stem: String) -> Meaning? {
    let words = words(stem)
    if let found = meaningOfDefects(words, stem) { return found }
    // A mask is called after its image: the word stands before or behind the rest, `Part0_label` or `mask_007`.
    let letters = words.filter { $0.first?.isNumber == false }
    if [letters.first, letters.last].contains(where: { $0.map(masks.contains) ?? false })
      || letters.joined().hasSuffix("groundtruth")
    {
      return .masks
    }
    return words.contains(where: tests.contains) ? .tests : nil
  }

  private static func meaningOfDefects(_ words: [String], _ name: String) -> Meaning? {
    if words.contains(where: defects.contains) { return .defects }
    let negated = zip(words, words.dropFirst()).contains { first, second in
      negations.contains(first) && good.contains(second)
    }
    if negated || defectPhrases.contains(words.joined()) { return .defects }
    let signs = name.precomposedStringWithCanonicalMapping
    if defectSigns.contains(where: signs.contains) { return .defects }
    return maskSigns.contains(where: signs.contains) ? .masks : nil
  }

  /// Runs of letters in lower case, and of digits; a capital behind a small letter begins a new one.
  static func words(_ name: String) -> [String] {
    var words: [String] = []
    var word = ""
    var before: Character?
    for character in name.precomposedStringWithCanonicalMapping {
      let isWord = character.isLetter || character.isNumber
      let begins =
        before.map { before in
          (character.isUppercase && before.isLowercase) || character.isNumber != before.isNumber
        } ?? false
      if (!isWord || begins) && !word.isEmpty {
        words.append(word)
        word = ""
      }
      if isWord { word += character.lowercased() }
      before = character
    }
    return word.isEmpty ? words : words + [word]
  }

  private static let good: Set<String> = [
    "good", "goods", "ok", "okay", "normal", "normals", "fine", "pass", "passed", "sound", "intact",
    "flawless",
    "faultless", "gut", "io",
  ]
  private static let goodPhrases: Set<String> = [
    "defectfree", "faultfree", "anomalyfree", "flawfree", "nodefect", "nodefects", "noanomaly",
    "noanomalies",
    "nofault", "noflaw", "noflaws", "fehlerfrei",
  ]
  private static let goodSigns: Set<String> = ["正常", "良品", "合格", "良"]
  private static let negations: Set<String> = ["not", "no", "non", "un", "nicht", "kein"]
  private static let defects: Set<String> = [
    "defect", "defects", "defective", "defected", "defekt", "defekte", "anomaly", "anomalies",
    "anomalous", "anomal",
    "anomalie", "anomalien", "abnormal", "abnormals", "abnormality", "bad", "ng", "nok", "ko",
    "nio", "faulty",
    "fault", "faults", "fail", "fails", "failed", "failure", "failures", "reject", "rejects",
    "rejected", "scrap",
    "flaw", "flaws", "flawed", "broken", "damage", "damaged", "damages", "crack", "cracks",
    "cracked", "scratch",
    "scratches", "scratched", "dent", "dents", "dented", "contamination", "contaminated", "blemish",
    "blemishes",
    "outlier", "outliers", "unsound", "notok", "notgood", "nogood", "nonok", "fehler", "fehlerhaft",
    "schlecht",
    "ausschuss", "kratzer", "défaut", "defaut", "mauvais", "defecto", "malo", "difetto", "scarto",
  ]
  private static let defectPhrases: Set<String> = [
    "notok", "notgood", "nogood", "nonok", "nichtok", "nio",
  ]
  private static let defectSigns = ["缺陷", "不良", "异常", "異常", "不合格", "欠陥"]
  private static let masks: Set<String> = [
    "mask", "masks", "label", "labels", "gt", "gts", "groundtruth", "groundtruths", "annotation",
    "annotations",
    "anno", "seg", "segmentation", "segmentations", "maske", "masken", "masque", "masques",
  ]
  private static let maskSigns = ["掩码", "掩膜", "标注", "マスク"]
  private static let tests: Set<String> = ["test", "tests", "testing", "testset"]
}
