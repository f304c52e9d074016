import Foundation
import Testing
import Workbench

@Suite struct StopwatchTests {
  private struct Stop: Error {}

  @Test func addsUpByStage() throws {
    var clock = Stopwatch()
    #expect(clock.seconds.isEmpty)
    let answer = clock.measure("fitting") {
      Thread.sleep(forTimeInterval: 0.02)
      return 42
    }
    #expect(answer == 42)
    let first = try #require(clock.seconds["fitting"])
    // No more than a minute: a machine may be busy, but seconds are no milliseconds.
    #expect((0.02..<60).contains(first))
    #expect(throws: Stop.self) {
      try clock.measure("fitting") {
        Thread.sleep(forTimeInterval: 0.02)
        throw Stop()
      }
    }
    #expect(try #require(clock.seconds["fitting"]) >= first + 0.02)
    clock.measure("hashing") {}
    #expect(clock.seconds.keys.sorted() == ["fitting", "hashing"])
  }

  @Test(arguments: [
    (Duration.seconds(3), 3.0), (.milliseconds(1500), 1.5), (.nanoseconds(250), 2.5e-7), (.zero, 0),
  ])
  func durations(_ duration: Duration, _ seconds: Double) {
    #expect(abs(duration.inSeconds - seconds) < 1e-12)
  }
}
