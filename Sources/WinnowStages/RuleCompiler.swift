import WinnowCore
import WinnowText

/// Writes rule packs as the C data of the target CRules. Used by the tool `rules-compiler` and by a test.
public enum RuleCompiler {
    /// - Throws: `usage` naming the pack, line and column of a phrase that cannot be used.
    public static func source(for packs: [RulePack]) throws(WinnowError) -> String {
        let folder = Folder()
        // English first: a phrase that several packs share is told as the one that most readers know.
        let packs = packs.sorted { ($0.language == "en" ? 0 : 1, $0.language) < ($1.language == "en" ? 0 : 1, $1.language) }
        var text: [UInt8] = []
        var rows: [String] = []
        var hashes: [UInt64] = []
        var longest = 1
        var filter = PhraseFilter()
        for (language, pack) in packs.enumerated() {
            for phrase in pack.phrases {
                let (hash, entry) = try PhraseTable.entry(phrase, folder: folder)
                let anchor = RulePack.Anchor.allCases.firstIndex(of: phrase.anchor) ?? 0
                hashes.append(hash)
                filter.add(PhraseTable.tokens(of: phrase.text, folder: folder), anchor: phrase.anchor)
                longest = max(longest, Int(entry.tokens))
                rows.append(
                    "    {0x\(String(hash, radix: 16))ull, \(text.count), "
                        + "\(entry.kind), \(anchor), \(entry.tokens), \(language)},")
                text.append(contentsOf: phrase.text.utf8)
                text.append(0)
            }
        }
        let slots = BuiltInPhrases.slots(for: hashes).map { "\($0)u" }
        let kinds = RuleKind.all.map { "\"\($0.name)\"" }.joined(separator: ", ")
        let languages = packs.map { "\"\($0.language)\"" }.joined(separator: ", ")
        return """
            // Written by `make rules` from Sources/WinnowStages/Rules. Do not edit.
            #include "CRules.h"

            const wr_phrase wr_phrase_table[] = {
            \(rows.joined(separator: "\n"))
            };
            const uint32_t wr_slot_table[] = {
            \(table(of: slots, perRow: 16))
            };
            const uint64_t wr_filter_table[] = {
            \(table(of: filter.words.map { "0x\(String($0, radix: 16))ull" }, perRow: 8))
            };
            static const char text[] =
            \(literals(text))
            static const char *const kinds[] = {\(kinds)};
            static const char *const languages[] = {\(languages)};

            size_t wr_slot_count(void) { return sizeof wr_slot_table / sizeof wr_slot_table[0]; }
            size_t wr_filter_words(void) { return sizeof wr_filter_table / sizeof wr_filter_table[0]; }
            size_t wr_longest(void) { return \(longest); }
            const char *wr_text(uint32_t offset) { return text + offset; }
            const char *wr_kind(size_t index) { return kinds[index]; }
            const char *wr_language(size_t index) { return languages[index]; }
            size_t wr_phrase_count(void) { return sizeof wr_phrase_table / sizeof wr_phrase_table[0]; }
            size_t wr_kind_count(void) { return sizeof kinds / sizeof kinds[0]; }
            size_t wr_language_count(void) { return sizeof languages / sizeof languages[0]; }

            """
    }

    /// A table in Markdown: how many phrases of each kind a pack has, and how many examples.
    public static func coverage(of packs: [RulePack]) -> String {
        let kinds = RuleKind.all.map(\.name)
        let head = ["language"] + kinds + ["all", "goes", "stays"]
        var rows = [head, Array(repeating: "---", count: head.count)]
        for pack in packs.sorted(by: { $0.language < $1.language }) {
            var counts: [String: Int] = [:]
            for phrase in pack.phrases { counts[phrase.kind, default: 0] += 1 }
            let stays = pack.examples.count { $0.kind == nil }
            let figures = kinds.map { counts[$0] ?? 0 } + [pack.phrases.count, pack.examples.count - stays, stays]
            rows.append([pack.language] + figures.map { "\($0)" })
        }
        return """
            # What the rule packs cover

            Written by `make rules`: phrases by language and kind ([rule-packs.md](rule-packs.md)), and the examples that each pack is
            tested with: lines that go, and traps that stay.


            """ + rows.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }

    private static func table(of values: [String], perRow: Int) -> String {
        stride(from: 0, to: values.count, by: perRow).map { start in
            "    " + values[start..<min(start + perRow, values.count)].joined(separator: ", ") + ","
        }.joined(separator: "\n")
    }

    /// C string literals, one a phrase, in UTF-8.
    private static func literals(_ text: [UInt8]) -> String {
        text.split(separator: 0).map { phrase in
            let escaped = String(decoding: phrase, as: UTF8.self).map { character in
                character == "\"" || character == "\\" ? "\\\(character)" : String(character)
            }
            return "    \"\(escaped.joined())\\0\""
        }.joined(separator: "\n") + ";"
    }
}
