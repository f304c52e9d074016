import Datasets
import Fixtures
import Foundation
import Inspection
import Testing

@Suite struct ImageFolderTests {
  private static func touch(_ names: [String], in folder: String) throws {
    for name in names { try write("", to: "\(folder)/\(name)") }
  }

  private static func link(_ path: String, to target: String) throws {
    try makeFolder(of: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
  }

  private static func doubts(_ listing: ImageListing) -> [String] {
    listing.remarks.filter { $0.severity == .doubt }.map(\.text)
  }

  @Test func whatSystemsLeaveIsNoImage() throws {
    try withTemporaryFolder { folder in
      try Self.touch(
        [
          "a.png", "b.JPG", "deep/c.webp", ".hidden/d.png", "._a.png", "@eaDir/a.png",
          "__MACOSX/a.png", "deep/.ipynb_checkpoints/c.png", ".Trash-1000/e.png",
          "$RECYCLE.BIN/f.png",
          "Thumbs.db", "notes.txt", "#recycle/g.png", "lost+found/h.png",
        ], in: folder)
      let listing = try ImageFolder.listing(of: folder)
      #expect(listing.images == ["a.png", "b.JPG", "deep/c.webp"])
      #expect(listing.remarks.isEmpty)
      #expect(try ImageFolder.subfolders(folder) == ["deep"])
    }
  }

  @Test func linksAreFollowedOnce() throws {
    try withTemporaryFolder { folder in
      let root = "\(folder)/root"
      try Self.touch(["root/z/a.png", "root/b.png", "elsewhere/c.png"], in: folder)
      try Self.link("\(root)/a", to: "z")  // comes first by name, and the place of its own wins
      try Self.link("\(root)/loop", to: "..")  // holds the root
      try Self.link("\(root)/z/self", to: ".")
      try Self.link("\(root)/far", to: "../elsewhere")
      try Self.link("\(root)/again.png", to: "b.png")
      try Self.link("\(root)/only.png", to: "../elsewhere/c.png")
      try Self.link("\(root)/nowhere.png", to: "none.png")
      try Self.link("\(root)/ring.png", to: "ring.png")
      let listing = try ImageFolder.listing(of: root)
      #expect(listing.images.prefix(2) == ["b.png", "far/c.png"])
      #expect(listing.images.contains("z/a.png"))
      #expect(listing.images.count == 3)
      let doubts = Self.doubts(listing)
      #expect(doubts.count == 2)
      #expect(doubts[0].contains("5 links lead to what is read already"), "\(doubts)")
      #expect(doubts[1].contains("2 links lead nowhere") && doubts[1].contains("nowhere.png"))
      // The folder that is given may be a link, and one into itself.
      try Self.link("\(folder)/given", to: "root")
      #expect(try ImageFolder.images(in: "\(folder)/given") == listing.images)
    }
  }

  @Test func namesDoNotTellFilesFromFolders() throws {
    try withTemporaryFolder { folder in
      try Self.touch(["old.png/a.png", "b.png"], in: folder)
      #expect(mkfifo("\(folder)/pipe.png", 0o600) == 0)
      let listing = try ImageFolder.listing(of: folder)
      #expect(listing.images == ["b.png", "old.png/a.png"])
      #expect(Self.doubts(listing).first?.contains("pipe.png") == true)
    }
  }

  @Test func resultsAreNoImages() throws {
    try withTemporaryFolder { folder in
      try Self.touch(
        ["a.png", "old/predictions.jsonl", "old/overlays/a.png", "old/x.png", "masks/m.png"],
        in: folder)
      let inside = try ImageFolder.listing(of: folder)
      #expect(inside.images == ["a.png", "masks/m.png"])
      #expect(inside.remarks.map(\.text).contains { $0.contains("results") && $0.contains("old") })
      // Results that were written into the folder itself.
      try Self.touch(["predictions.jsonl", "overlays/a.png", "maps/a.npy"], in: folder)
      #expect(try ImageFolder.images(in: folder) == ["a.png"])
      #expect(try ImageFolder.images(in: "\(folder)/old") == ["x.png"])
    }
  }

  @Test func otherFormatsAreCounted() throws {
    try withTemporaryFolder { folder in
      try Self.touch(["a.png", "b.GIF", "c.gif", "d.ppm", "deep/e.jp2", "f.heic"], in: folder)
      let listing = try ImageFolder.listing(of: folder)
      #expect(listing.images == ["a.png"])
      #expect(
        Self.doubts(listing) == [
          "\(folder): 5 files in formats that are not read (gif 2, heic 1, jp2 1, ppm 1) left out;"
            + " convert them to PNG"
        ])
    }
  }

  @Test func namesInOtherBytesAreTold() throws {
    try withTemporaryFolder { folder in
      try Self.touch(["ü 漢.png", "u\u{308}.png", "c#d%20.png", "e\tf.png", "a\nb.png"], in: folder)
      // bü.png in Latin-1.
      let name = Array("\(folder)/".utf8) + [0x62, 0xFC, 0x2E, 0x70, 0x6E, 0x67, 0]
      let file = name.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer {
        open($0.baseAddress!, O_CREAT | O_WRONLY, 0o600)
      }
      try #require(file >= 0)
      close(file)
      let listing = try ImageFolder.listing(of: folder)
      #expect(listing.images.count == 5)
      #expect(
        listing.images.allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\($0)") })
      #expect(Self.doubts(listing).first?.contains("1 name is not in UTF-8") == true)
      for name in listing.images { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
      let missing = try ImageFolder.listing(of: folder).missing("")
      #expect(missing.found.hasPrefix("no images in it but 1 whose names are not in UTF-8 (b"))
      #expect(missing.remedy.hasPrefix("rename them"))
    }
  }

  @Test(.enabled(if: geteuid() != 0, "a superuser may read everything"))
  func anUnreadableFolderIsNamedByItsOwnPath() throws {
    try withTemporaryFolder { folder in
      try Self.touch(["a.png", "deep/er/b.png"], in: folder)
      chmod("\(folder)/deep/er", 0)
      defer { chmod("\(folder)/deep/er", 0o700) }
      let error = #expect(throws: InspectionError.self) { try ImageFolder.images(in: folder) }
      #expect(error?.subject == "\(folder)/deep/er")
      #expect(error?.found == "it cannot be read (Permission denied)")
    }
  }

  @Test func aFolderCanBeLeftOut() throws {
    try withTemporaryFolder { folder in
      try Self.touch(["a.png", "out/b.png", "outer/c.png"], in: folder)
      #expect(
        try ImageFolder.images(in: folder, without: ["\(folder)/out/"]) == ["a.png", "outer/c.png"])
      // What is asked for by name is looked at.
      #expect(try ImageFolder.images(in: "\(folder)/out", without: ["\(folder)/out"]) == ["b.png"])
      #expect(try ImageFolder.images(in: folder, without: ["\(folder)/none"]).count == 3)
    }
  }
}
