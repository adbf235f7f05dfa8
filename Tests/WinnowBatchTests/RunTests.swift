import TestSupport
import Testing
import WinnowCore

@testable import WinnowIO

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

@Suite struct RunLockTests {
    private func refusal(_ output: Path, _ shard: String? = nil) throws -> WinnowError? {
        let shard = try shard.map { try Shard($0) }
        return failure { () throws(WinnowError) in _ = try RunLock(output, shard: shard) }
    }

    @Test func aSecondRunIsRefusedAndToldOfTheFirst() throws {
        let top = try Scratch()
        let output = top.folder("out/deep")
        let first = try Probe(["lock", "\(output)"])
        #expect(first.line() == "held")
        let error = try #require(try refusal(output))
        #expect(error.message.hasPrefix("another run writes here: process \(first.process) on "), "\(error)")
        #expect(error.message.contains(", since 2"))
        #expect(error.location?.file == "\(output)")
        #expect(try refusal(output, "1/2") != nil)
        #expect(try first.finish().status == 0)
        #expect(try refusal(output) == nil)
    }

    @Test func aKilledRunDoesNotBlock() throws {
        let top = try Scratch()
        let first = try Probe(["lock", "\(top.path)"])
        #expect(first.line() == "held")
        first.signal(SIGKILL)
        #expect(try first.finish().status == 128 + SIGKILL)
        // What it wrote is still there, and says nothing.
        #expect(top.text(".winnow/lock")?.contains("process") == true)
        let lock = try RunLock(Path(top.path))
        #expect(lock.owner == "run")
        // Within one process too.
        #expect(try refusal(Path(top.path))?.message.contains("process \(getpid()) ") == true)
        lock.release()
        #expect(try refusal(Path(top.path)) == nil)
    }

    @Test func partsRunSideBySide() throws {
        let top = try Scratch()
        let output = Path(top.path)
        let first = try RunLock(output, shard: try Shard("1/4"))
        let second = try RunLock(output, shard: try Shard("2/4"))
        #expect(second.owner == "part-2-of-4")
        for other in ["1/4", "1/2", nil] {
            #expect(try refusal(output, other)?.message.contains("process \(getpid()) ") == true, "\(other ?? "whole")")
        }
        first.release()
        #expect(try refusal(output, "1/4") == nil)
        #expect(try refusal(output) != nil)
        second.release()
        #expect(try refusal(output) == nil)
        #expect(try refusal(output, "1/2") == nil)
    }

    @Test func aFileSystemWithoutLocksIsAnError() throws {
        let top = try Scratch()
        let result = try Probe.run("lock", "\(top.path)", fault: "fail:lock:1:\(ENOLCK)")
        #expect(result.status == 2)
        #expect(result.errors.contains("has no locks"), "\(result)")
    }
}

@Suite struct SignalTests {
    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func theFirstIsAWishTheSecondAnEnd(_ signal: Int32, _ code: Int32) throws {
        let polite = try Probe(["signals"])
        #expect(polite.line() == "ready")
        polite.signal(signal)
        #expect(polite.line() == "caught")
        // One that comes with it, as timeout(1) sends it, is the same wish.
        polite.signal(signal)
        #expect(try polite.finish().status == code)

        let impatient = try Probe(["signals"])
        #expect(impatient.line() == "ready")
        impatient.signal(signal)
        #expect(impatient.line() == "caught")
        usleep(150_000)
        impatient.signal(signal)
        let result = try impatient.finish()
        #expect(result.status == code)
    }

    @Test func theSecondEndsByTheSignalItself() throws {
        let probe = try Probe(["signals"])
        #expect(probe.line() == "ready")
        probe.signal(SIGINT)
        #expect(probe.line() == "caught")
        usleep(150_000)
        probe.signal(SIGTERM)
        // Another signal than the first: its own code, and not the process's.
        #expect(try probe.finish().status == 128 + SIGTERM)
    }

    @Test func whatNohupIgnoresStaysIgnored() throws {
        let probe = try Probe(["signals"], shell: "trap '' INT")
        #expect(probe.line() == "ready")
        probe.signal(SIGINT)
        usleep(50_000)
        probe.signal(SIGTERM)
        #expect(probe.line() == "caught")
        #expect(try probe.finish().status == 143)
    }
}

@Suite struct ProgressTests {
    private var progress: Progress {
        var progress = Progress(filesTotal: 200_000, bytesTotal: 3_400_000_000)
        progress.files = 12_345
        progress.bytes = 1_200_000_000
        progress.textIn = 1000
        progress.textOut = 868
        return progress
    }

    @Test func aLineSaysWhatThereIsRoomFor() {
        #expect(
            progress.line(rate: 85_300_000, width: 100)
                == "12,345/200,000 files  1.2 GB of 3.4 GB  85.3 MB/s  0:26 left  13.2 % removed")
        #expect(progress.line(rate: 85_300_000, width: 62) == "12,345/200,000 files  1.2 GB of 3.4 GB  85.3 MB/s  0:26 left")
        #expect(progress.line(rate: 85_300_000, width: 43) == "12,345/200,000 files  85.3 MB/s  0:26 left")
        #expect(progress.line(rate: 85_300_000, width: 31) == "12,345/200,000 files  0:26 left")
        for width in 0...100 { #expect(progress.line(rate: 1, width: width).utf8.count <= width) }
        var failed = progress
        failed.failed = 3
        #expect(failed.line(rate: 0, width: 30) == "12,345/200,000 files  3 failed")
    }

    @Test func whatIsNotKnownIsNotSaid() {
        var progress = Progress()
        #expect(progress.line(rate: 0, width: 80) == "0 files  0 B  0.0 MB/s")
        progress.bytes = 999_960
        #expect(progress.line(rate: .infinity, width: 80) == "0 files  1.0 MB  0.0 MB/s")
        // More than there was when the files were listed.
        progress.bytesTotal = 10
        #expect(progress.secondsLeft(rate: 1) == nil)
    }

    @Test(arguments: [(0.0, "0:00"), (61, "1:01"), (3599.5, "1:00:00"), (3661, "1:01:01"), (90_000, "1 d 1 h"), (1e12, "?")])
    func timeLeft(_ seconds: Double, _ text: String) {
        var progress = Progress(bytesTotal: Int64(seconds * 10))
        progress.files = 1
        #expect(progress.line(rate: 10, width: 100).contains("\(text) left"))
    }

    @Test func numbersAreGrouped() {
        #expect(
            [0, 999, 1000, 123_456, 1_234_567, -1000].map { grouped($0) } == [
                "0", "999", "1,000", "123,456", "1,234,567", "-1,000",
            ])
    }

    @Test func theRateIsThatOfLate() {
        var meter = RateMeter()
        #expect(meter.rate == 0)
        for second in 0...3 { meter.note(Double(second) * 100, at: Double(second)) }
        #expect((meter.rate - 100).magnitude < 1e-9)
        for second in 4...100 { meter.note(300 + Double(second - 3) * 500, at: Double(second)) }
        #expect((meter.rate - 500).magnitude < 1)
        // A clock that stands.
        meter.note(1e9, at: 100)
        #expect((meter.rate - 500).magnitude < 1)
    }

    private final class Screen {
        var written: [String] = []
    }

    @Test func aLineIsDrawnTenTimesASecondAndIsGoneAtTheEnd() {
        let screen = Screen()
        let printer = ProgressPrinter(.line, columns: { 40 }, write: { screen.written.append($0) })
        for step in 0...1000 { printer.update(progress, at: 5 + Double(step) / 1000) }
        #expect((10...11).contains(screen.written.count))
        #expect(screen.written.allSatisfy { $0.hasPrefix("\r12,345") && $0.hasSuffix("\u{1B}[K") && $0.utf8.count <= 39 + 4 })
        let line = screen.written.last
        printer.message("a warning\n")
        #expect(screen.written.suffix(3) == ["\r\u{1B}[K", "a warning\n", line])
        printer.finish(progress, at: 7)
        #expect(screen.written.last == "\r\u{1B}[K")
        let count = screen.written.count
        printer.finish(progress, at: 8)
        #expect(screen.written.count == count)
    }

    @Test func nothingIsWrittenWhereNothingIsWanted() {
        let screen = Screen()
        let printer = ProgressPrinter(.none, write: { screen.written.append($0) })
        printer.update(progress, at: 0)
        printer.message("a warning\n")
        printer.finish(progress, at: 1)
        #expect(screen.written == ["a warning\n"])
    }

    @Test func aTerminalHasALineAndAPipeNothing() throws {
        typealias Style = ProgressPrinter.Style
        #expect(try Style.of(nil, isTerminal: true) == .line)
        #expect(try Style.of(nil, isTerminal: false) == Style.none)
        #expect(try Style.of("json", isTerminal: false) == .json)
        #expect(try Style.of("none", isTerminal: true) == Style.none)
        #expect(failure { () throws(WinnowError) in _ = try Style.of("xml", isTerminal: true) }?.code == .usage)
    }

    @Test func programsGetALineASecondAndTheLastOne() {
        let screen = Screen()
        let printer = ProgressPrinter(.json, write: { screen.written.append($0) })
        var progress = progress
        for step in 0..<25 {
            progress.bytes += 1_000_000
            printer.update(progress, at: 5 + Double(step) / 10)
        }
        printer.finish(progress, at: 7.5)
        #expect(screen.written.count == 4)
        let last = screen.written.last ?? ""
        #expect(
            last.hasPrefix(
                """
                {"files":12345,"files_total":200000,"failed":0,"bytes":1225000000,"bytes_total":3400000000,"bytes_per_second":9
                """))
        #expect(last.contains("\"seconds\":2.5,\"seconds_left\":22"))
        #expect(last.hasSuffix("\"text_in\":1000,\"text_out\":868}\n"))
        // No rate is known at first, and so no time.
        #expect(screen.written.first?.contains("seconds_left") == false)
    }
}
