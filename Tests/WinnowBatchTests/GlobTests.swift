import TestSupport
import Testing
import WinnowCore

@testable import WinnowIO

@Suite struct GlobTests {
    /// As `git check-ignore` has it, but for characters beyond ASCII, where git counts bytes; braces are ripgrep's.
    @Test(
        arguments: [
            ("*.txt", "a.txt b/c.txt .txt", "a.txtx a.TXT txt"),
            ("a?c", "abc aéc x/a.c", "ac abbc a/c"),
            ("/a.txt", "a.txt", "b/a.txt"),
            ("b/*.txt", "b/a.txt", "a.txt x/b/a.txt b/c/a.txt"),
            ("**/a", "a b/a b/c/a", "ab b/ab"),
            ("a/**", "a/b a/b/c", "a b/a ab"),
            ("a/**/b", "a/b a/x/b a/x/y/b", "ab a/xb a/b/c"),
            ("**/x/**/y", "x/y a/x/b/x/c/y", "x xy/y"),
            ("a**b", "ab axxb x/ab", "a/b"),
            ("**", "a a/b", ""),
            ("[a-c]x", "ax bx", "dx x"),
            ("[!a-c]x", "dx -x éx", "ax x ddx"),
            ("[^a]x", "bx", "ax"),
            ("[]a]x", "]x ax", "bx"),
            ("[a-]x", "ax -x", "bx"),
            ("[à-é]", "à ç", "a ê"),
            ("\\*x", "*x", "ax"),
            ("\\{a\\}", "{a}", "a"),
            ("[\\]]", "]", "\\"),
            ("*.{txt,md}", "a.txt b.md", "a.text"),
            ("{a,b{c,d}}x", "ax bcx bdx", "bx"),
            ("{a,b/c}", "a x/a b/c", "c x/b/c"),
            ("[{]x", "{x", "x"),
            ("*a*b*a*", "aba xaxbxax", "ab ba"),
        ])
    func patterns(_ pattern: String, _ yes: String, _ no: String) throws {
        let glob = try Glob(pattern)
        for name in yes.split(separator: " ") {
            #expect(glob.matches(Array(name.utf8), isFolder: false), "\(pattern): \(name)")
        }
        for name in no.split(separator: " ") {
            #expect(!glob.matches(Array(name.utf8), isFolder: false), "\(pattern): \(name)")
        }
    }

    @Test func bytesThatAreNoTextAreCharacters() throws {
        #expect(try Glob("a?").matches([0x61, 0xFF], isFolder: false))
        #expect(try !Glob("a?").matches([0x61, 0xFF, 0xFE], isFolder: false))
        // Two characters, not the four bytes that they have.
        #expect(try !Glob("???").matches(Array("éé".utf8), isFolder: false))
        #expect(try !Glob("*[!é]").matches(Array("éé".utf8), isFolder: false))
    }

    @Test func aSlashAtTheEndMeansFolders() throws {
        let glob = try Glob("news/")
        #expect(glob.matches(Array("x/news".utf8), isFolder: true))
        #expect(!glob.matches(Array("x/news".utf8), isFolder: false))
    }

    @Test(arguments: ["", "/", "!a", "a[", "a{b", "a\\", "a//b", "[z-a]", "[[:alpha:]]"])
    func wrongPatternsAreTold(_ pattern: String) {
        let error = failure { () throws(WinnowError) in _ = try Glob(pattern) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("glob '\(pattern)'") == true)
    }

    @Test func bracesAreLimited() {
        let pattern = String(repeating: "{a,b}", count: 11)
        #expect(failure { () throws(WinnowError) in _ = try Glob(pattern) }?.message.contains("1000") == true)
    }

    @Test func manyStarsTakeNoLongerThanTheyMust() throws {
        let glob = try Glob(String(repeating: "*a", count: 30) + "*b")
        #expect(!glob.matches([UInt8](repeating: 0x61, count: 250), isFolder: false))
        let deep = try Glob(String(repeating: "**/a/", count: 30) + "b")
        #expect(!deep.matches(Array(String(repeating: "a/", count: 120).utf8) + [0x61], isFolder: false))
    }

    @Test func filtersHoldForWhatIsInAFolder() throws {
        let filter = GlobFilter(include: [try Glob("news")], exclude: [try Glob("*.tmp"), try Glob("/news/old/")])
        #expect(filter.takes(Array("news/a.txt".utf8)))
        #expect(filter.takes(Array("x/news/b/a.txt".utf8)))
        #expect(!filter.takes(Array("a.txt".utf8)))
        #expect(!filter.takes(Array("news/a.tmp".utf8)))
        #expect(!filter.takes(Array("news/old/a/b.txt".utf8)))
        #expect(filter.takes(Array("x/news/old/a.txt".utf8)))
    }

    /// Against a slow matcher that tries everything.
    @Test func agreesWithASlowMatcher() throws {
        func slow(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
            guard let first = pattern.first else { return name.isEmpty }
            switch first {
            case UInt8(ascii: "*"): return (0...name.count).contains { slow(pattern.dropFirst(), name.dropFirst($0)) }
            case UInt8(ascii: "?"): return !name.isEmpty && slow(pattern.dropFirst(), name.dropFirst())
            default: return name.first == first && slow(pattern.dropFirst(), name.dropFirst())
            }
        }
        func slowPath(_ parts: ArraySlice<ArraySlice<UInt8>>, _ path: ArraySlice<ArraySlice<UInt8>>) -> Bool {
            guard let first = parts.first else { return path.isEmpty }
            if first.elementsEqual("**".utf8) {
                return (0...path.count).contains { slowPath(parts.dropFirst(), path.dropFirst($0)) }
            }
            guard let name = path.first else { return false }
            return slow(first, name) && slowPath(parts.dropFirst(), path.dropFirst())
        }
        var random = SplitMix64(seed: 7)
        func word(_ letters: [String]) -> String {
            (0...random.below(3)).map { _ in letters[random.below(letters.count)] }.joined()
        }
        var matched = 0
        for _ in 0..<20_000 {
            let parts = (0..<2 + random.below(3)).map { _ in random.chance(1, in: 3) ? "**" : word(["a", "b", "*", "?"]) }
                .map { $0 != "**" && $0.contains("**") ? "a" : $0 }
            // Ends in a name: "a/**" means something else.
            let pattern = (parts + ["b*"]).joined(separator: "/")
            let path = (0...random.below(4)).map { _ in word(["a", "b"]) }.joined(separator: "/")
            let expected = slowPath(
                pattern.utf8.split(separator: slash).map { ArraySlice($0) }[...],
                path.utf8.split(separator: slash).map { ArraySlice($0) }[...])
            #expect(try Glob(pattern).matches(Array(path.utf8), isFolder: false) == expected, "\(pattern) \(path)")
            if expected { matched += 1 }
        }
        #expect(matched > 500)
    }
}
