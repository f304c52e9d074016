import Synchronization
import Testing
import Workbench

@Suite struct SerialWorkTests {
  @Test func isDoneInOrderAndCanGoOnAfterItsEnd() {
    let done = Mutex<[Int]>([])
    let work = SerialWork(limit: 3)
    for index in 0..<100 {
      work.submit { done.withLock { $0.append(index) } }
      if index == 50 { work.finish() }
    }
    work.finish()
    #expect(done.withLock { $0 } == Array(0..<100))
  }
}
