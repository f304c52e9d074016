import Records
import Testing

@Suite struct FileNameTests {
  @Test(arguments: [
    ("a/b.png", "png", "a/b", "a"), ("1.png", "png", "1", ""), ("1", "", "1", ""),
    ("ü", "", "ü", ""), ("u\u{308}.PNG", "PNG", "u\u{308}", ""), (".hidden", "", ".hidden", ""),
    ("a.d/b", "", "a.d/b", "a.d"), ("a.", "", "a.", ""), ("/x", "", "/x", "/"), ("", "", "", ""),
    ("k.l.m.tif", "tif", "k.l.m", ""), ("/a/b/", "", "/a/b/", "/a/b"),
  ])
  func parts(_ path: String, _ ending: String, _ stem: String, _ parent: String) {
    #expect(path.fileExtension == ending)
    #expect(path.withoutFileExtension == stem)
    #expect(path.parentFolder == parent)
  }

  @Test(arguments: [
    ("a/", "a"), ("a//", "a"), ("/a/b/", "/a/b"), ("a", "a"), ("/", "/"), ("//", "/"), ("", ""),
  ])
  func trailingSlashes(_ path: String, _ expected: String) {
    #expect(path.withoutTrailingSlashes == expected)
  }
}
