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
      || goodSigns.contains(plain(name))
  }

  /// Whether a name has a word for good images in it without being one, as `good_2` or `ok-old`.
  static func isAlmostGood(_ name: String) -> Bool {
    !isGood(name) && meaning(ofFolder: name) == nil
      && (words(name).contains(where: good.contains)
        || goodSigns.contains(where: plain(name).contains))
  }

  /// Whether a name says nothing but masks: `ground_truth`, `Masks`, `label`, `gt`.
  static func isMasks(_ name: String) -> Bool {
    let words = words(name)
    return words.joined() == "groundtruth" || (!words.isEmpty && words.allSatisfy(masks.contains))
  }

  /// Letters as they are most often written: composed, not full-width as Japanese systems have them.
  private static func plain(_ name: String) -> String {
    name.precomposedStringWithCompatibilityMapping
  }

  /// What a folder of that name holds; nil where the name does not say.
  static func meaning(ofFolder name: String) -> Meaning? {
    if isGood(name) { return nil }
    let words = words(name)
    if let found = meaningOfDefects(words, name) { return found }
    if words.contains(where: masks.contains) || words.joined().contains("groundtruth") {
      return .masks
    }
    return isTest(words, name) ? .tests : nil
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
    return isTest(words, stem) ? .tests : nil
  }

  private static func isTest(_ words: [String], _ name: String) -> Bool {
    words.contains(where: tests.contains) || testSigns.contains(where: plain(name).contains)
  }

  private static func meaningOfDefects(_ words: [String], _ name: String) -> Meaning? {
    if words.contains(where: defects.contains) { return .defects }
    let negated = zip(words, words.dropFirst()).contains { first, second in
      negations.contains(first) && good.contains(second)
    }
    if negated || defectPhrases.contains(words.joined()) { return .defects }
    let signs = plain(name)
    if defectSigns.contains(where: signs.contains) { return .defects }
    return maskSigns.contains(where: signs.contains) ? .masks : nil
  }

  /// What programs number things with: UUIDs, and the digests of files.
  private nonisolated(unsafe) static let identifier =
    #/[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16,}/#

  /// Runs of letters in lower case, and of digits; a capital behind a small letter begins a new one. Identifiers have no
  /// words, even where their digits spell one, as in `0BAD`.
  static func words(_ name: String) -> [String] {
    // The shortest identifier has 16 digits.
    let name = name.utf8.count < 16 ? name : name.replacing(identifier, with: " ")
    var words: [String] = []
    var word = ""
    var before: Character?
    for character in plain(name) {
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

  /// English first, then German, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Turkish, Russian.
  private static let good = Set(
    """
    good goods ok okay normal normals fine pass passed sound intact flawless faultless
    gut gute gutteile io bon bons bonne bonnes bueno buena buenos buenas bom boa boas buono buoni
    goed goede dobre dobry iyi sağlam годен годный годные норма хорошие хороший
    """.split(whereSeparator: \.isWhitespace).map(String.init))
  private static let goodPhrases: Set<String> = [
    "defectfree", "faultfree", "anomalyfree", "flawfree", "nodefect", "nodefects", "noanomaly",
    "noanomalies", "nofault", "noflaw", "noflaws", "fehlerfrei",
  ]
  /// Of writings without spaces.
  private static let goodSigns: Set<String> = [
    "正常", "正常品", "良品", "良好", "合格", "合格品", "良", "OK品", "정상", "정상품", "양품",
  ]
  private static let negations: Set<String> = ["not", "no", "non", "un", "nicht", "kein"]
  private static let defects = Set(
    """
    defect defects defective defected anomaly anomalies anomalous abnormal abnormals abnormality bad ng nok ko faulty
    fault faults fail fails failed failure failures reject rejects rejected scrap flaw flaws flawed broken damage damaged
    damages crack cracks cracked scratch scratches scratched dent dents dented contamination contaminated blemish
    blemishes outlier outliers unsound notok notgood nogood nonok
    defekt defekte anomal anomalie anomalien nio fehler fehlerhaft fehlerhafte schlecht schlechte schlechtteile ausschuss
    kratzer mängel défaut défauts defaut defauts défectueux défectueuse défectueuses mauvais mauvaise mauvaises rebut rebuts
    defecto defectos defectuoso defectuosa defectuosos defectuosas malo mala malos malas defeito defeitos defeituoso
    defeituosos defeituosa defeituosas ruim difetto difetti difettoso difettosi scarto scarti afkeur wada wady wadliwe
    vada vady vadné hatalı hatali kusur kusurlu bozuk брак дефект дефекты дефектные плохие царапина трещина
    """.split(whereSeparator: \.isWhitespace).map(String.init))
  private static let defectPhrases: Set<String> = [
    "notok", "notgood", "nogood", "nonok", "nichtok", "nio",
  ]
  private static let defectSigns = [
    "缺陷", "不良", "异常", "異常", "不合格", "不正常", "非正常", "欠陥", "瑕疵", "次品", "废品", "划痕", "裂纹", "裂痕", "破损",
    "损坏", "傷", "キズ", "불량", "결함", "비정상", "흠집",
  ]
  private static let masks: Set<String> = [
    "mask", "masks", "label", "labels", "gt", "gts", "groundtruth", "groundtruths", "annotation",
    "annotations", "anno", "seg", "segmentation", "segmentations", "maske", "masken", "masque",
    "masques",
  ]
  private static let maskSigns = ["掩码", "掩膜", "掩模", "标注", "マスク", "마스크"]
  private static let tests: Set<String> = [
    "test", "tests", "testing", "testset", "prueba", "pruebas", "teste", "тест",
  ]
  private static let testSigns = ["测试", "測試", "テスト", "테스트"]
}
